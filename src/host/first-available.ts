import { messageOf } from '../errors.ts';

/** One source of a part. */
export interface Way<T> {
  name: string;
  /** @throws Error whose message says why this source failed. */
  get: () => Promise<T>;
}

/**
 * Tries the sources in order.
 * @param help remedies for the case that all fail, one line each.
 * @throws Error with one message: what is missing, why each source failed, and the remedies.
 */
export async function firstWay<T>(what: string, ways: readonly Way<T>[], help: readonly string[]): Promise<T> {
  const closed: string[] = [];
  for (const { name, get } of ways) {
    try {
      return await get();
    } catch (error) {
      closed.push(`  - ${name}: ${messageOf(error)}`);
    }
  }
  throw new Error(
    [
      `${what} was not found. Tried in this order:`,
      ...closed,
      'To fix this:',
      ...help.map((line) => `  - ${line}`),
    ].join('\n'),
  );
}
