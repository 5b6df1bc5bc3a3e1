import { randomBytes } from 'node:crypto';

/** The last digit of the flags of a trace says whether it is recorded; the other flags belong to other versions. */
const isSampled = (flags: string): boolean => (Number.parseInt(flags, 16) & 1) === 1;

/**
 * The header `traceparent` of one request to a webhook: in the trace of the submission, with an id of its own
 * (https://www.w3.org/TR/trace-context/#mutating-the-traceparent-field).
 * @param traceparent a valid one, of any version.
 */
export function deliveryTrace(traceparent: string): string {
  const [, trace, , flags = '00'] = traceparent.split('-');
  return `00-${trace}-${randomBytes(8).toString('hex')}-${isSampled(flags) ? '01' : '00'}`;
}
