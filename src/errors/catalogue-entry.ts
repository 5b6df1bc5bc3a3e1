/** `permanent` fails at once; `transient` is tried again with backoff; `unavailable` waits for something to come back. */
type ErrorClass = 'permanent' | 'transient' | 'unavailable';

export interface CatalogueEntry {
  /** Of the API's answer. */
  readonly status: number;
  readonly class: ErrorClass;
  readonly message: string;
  readonly hint: string;
}
