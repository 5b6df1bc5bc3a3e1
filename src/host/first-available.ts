import { messageOf } from '../errors.ts';

/** One place where a part may come from. */
export interface Way<T> {
  name: string;
  /** @throws Error whose message says why this way is closed. */
  get: () => Promise<T>;
}

/**
 * Tries the ways in order.
 * @param help what a person can do when all are closed, one line each.
 * @throws Error with one message: what was looked for, why each way is closed, and the help.
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
