import type { Strike } from '../faults.ts';
import { GeneratorFailure } from './generate.ts';

/**
 * Passes the bytes of a body on, changed as the faults of its request say.
 * @throws GeneratorFailure where the body is cut.
 */
export async function* corruptBody(
  chunks: AsyncIterable<Buffer>,
  { odd, cutAfterBytes }: Strike,
): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0);
  let left = cutAfterBytes ?? Infinity;
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([held, chunk]);
    held = odd ? bytes.subarray(-1) : Buffer.alloc(0);
    const whole = bytes.subarray(0, bytes.length - held.length);
    yield whole.subarray(0, left);
    left -= whole.length;
    if (left <= 0) break;
  }
  if (cutAfterBytes !== undefined) throw new GeneratorFailure('the connection broke');
}
