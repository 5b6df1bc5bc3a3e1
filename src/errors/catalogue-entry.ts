/** `permanent` fails at once; `transient` is tried again with backoff; `unavailable` waits for something to come back. */
type ErrorClass = 'permanent' | 'transient' | 'unavailable';

export interface CatalogueEntry {
  /** Of the API's answer. */
  readonly status: number;
  readonly class: ErrorClass;
  readonly message: string;
  readonly hint: string;
  /** The code in the place of this one when an engine answers, and yet takes no work for too long. Only of `unavailable` ones. */
  readonly givenUpAs?: string;
  /** What stands behind the message may hold words of the client, which are for him alone. */
  readonly holdsWords?: true;
}
