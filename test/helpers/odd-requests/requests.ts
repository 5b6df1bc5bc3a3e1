import fc from 'fast-check';
import { oddQuery, oddSegment } from './addresses.ts';
import { broken, encoding, writtenOut } from './encodings.ts';
import { moreHeaders, typeHeader } from './headers.ts';
import { mutated } from './mutations.ts';
import { oddValue } from './values.ts';

/** A request that a careless program might send, or one that means harm. */
export interface OddRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * Requests to one page.
 * @param page.path with `:name` or `*name` for what differs; @param page.known what stands in their place now and then.
 * @param page.valid bodies that are right, from which most are made; none where the page takes none.
 */
export const oddRequests = (page: {
  method: string;
  path: string;
  known: readonly string[];
  valid: readonly unknown[];
}): fc.Arbitrary<OddRequest> => {
  const segment = page.known.length === 0 ? oddSegment : fc.oneof(oddSegment, fc.constantFrom(...page.known));
  const body = fc.oneof(
    { weight: 6, arbitrary: page.valid.length === 0 ? oddValue : mutated(page.valid) },
    { weight: 2, arbitrary: oddValue },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
  return fc
    .record({ segment, query: oddQuery, body, text: broken, type: typeHeader, encoding, more: moreHeaders })
    .map(({ segment: place, query, body: value, text, type, encoding: coded, more }) => ({
      method: page.method,
      path: page.path.replace(/[:*]\w+/, () => place) + query,
      headers: {
        ...more,
        'Content-Type': type,
        ...(coded.name === undefined ? {} : { 'Content-Encoding': coded.name }),
      },
      body: value === undefined ? Buffer.alloc(0) : coded.make(Buffer.from(text(writtenOut(value)))),
    }));
};
