/**
 * `permanent` fails at once; `transient` is tried again with backoff; `unavailable` waits for something to come back.
 */
type ErrorClass = 'permanent' | 'transient' | 'unavailable';

export interface CatalogueEntry {
  /** The HTTP status of the API's answer. */
  readonly status: number;
  readonly class: ErrorClass;
  readonly message: string;
  readonly hint: string;
  /**
   * The code that replaces this one if an engine answers but takes no work for too long. Only `unavailable` errors have
   * it.
   */
  readonly givenUpAs?: string;
  /** Whether the details after the message may contain text of the client, which only this client may see. */
  readonly holdsWords?: true;
}
