import type { Condition } from '../files/store-file.ts';

/** The ETags in a header, without their quotes; weak ones keep their mark, and so equal none of a file. */
const etagsIn = (header: string): string[] =>
  header.split(',').map((one) => one.trim().replace(/^"/, '').replace(/"$/, ''));

/**
 * What `If-Match` asks of the file that a request changes
 * (https://www.rfc-editor.org/rfc/rfc9110#name-if-match): to have one of these ETags, or with `*`, to exist. Undefined
 * without the header.
 */
export function ifMatch(header: string | undefined): Condition | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return (etag) => etag !== null;
  const wanted = new Set(etagsIn(header));
  return (etag) => etag !== null && wanted.has(etag.slice(1, -1));
}
