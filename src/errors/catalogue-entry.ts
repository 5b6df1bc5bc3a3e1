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
  /** What stands behind the message may hold words of the client, which are for him alone. */
  readonly holdsWords?: true;
}
