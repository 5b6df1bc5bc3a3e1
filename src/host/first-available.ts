import { messageOf } from '../errors.ts';

/** One source of a part. */
export interface Source<T> {
  name: string;
  /** @throws Error whose message says why this source failed. */
  get: () => Promise<T>;
}

/**
 * Tries the sources in order.
 * @param help remedies for the case that all fail, one line each.
 * @throws Error with one message: what is missing, why each source failed, and the remedies.
 */
export async function firstAvailable<T>(
  what: string,
  sources: readonly Source<T>[],
  help: readonly string[],
): Promise<T> {
  const failures: string[] = [];
  for (const { name, get } of sources) {
    try {
      return await get();
    } catch (error) {
      failures.push(`  - ${name}: ${messageOf(error)}`);
    }
  }
  throw new Error(
    [
      `${what} was not found. Tried in this order:`,
      ...failures,
      'To fix this:',
      ...help.map((line) => `  - ${line}`),
    ].join('\n'),
  );
}
