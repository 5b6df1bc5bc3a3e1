import { formatPath } from '../contracts/fields.ts';
import { spend, type Budget } from './budget.ts';
import { readNode, type Node } from './nodes.ts';
import { formatReference } from './reference.ts';

/** The present item of `for_each` or `$each`. */
interface Item {
  value: unknown;
  /** Null if only the run will know. */
  index: number | null;
  /** The length of its list, in words. */
  among?: string;
}

/** Resolves references: when a step is about to run, or earlier as far as values are known. */
export interface Values {
  /**
   * The result of a step, or of one of its items: null if it failed and may be skipped, undefined if there is no such
   * item.
   * @param index the index of the item; without it, a step with `for_each` returns the list of all its results.
   */
  resultOf: (step: string, index?: number) => Promise<unknown>;
  item?: Item;
  /** Returns the value to use instead of one that cannot be resolved; without this function the error is thrown. */
  onError?: (error: UnresolvedError) => unknown;
  /** By how many characters the value that is being resolved may still grow, approximately. */
  room?: { left: number };
  /** How large the whole request may still become. */
  budget?: Budget;
  /** Long texts that were already parsed, because hundreds of items may share one. */
  texts?: Map<string, Node>;
}

/** A value that cannot be resolved. `path` is its path in the sent value. */
export class UnresolvedError extends Error {
  override name = 'UnresolvedError';
  readonly path: string;
  constructor(path: readonly PropertyKey[], message: string) {
    super(message);
    this.path = formatPath(path);
  }
}

export function fail(values: Values, path: readonly PropertyKey[], message: string): unknown {
  const error = new UnresolvedError(path, message);
  if (values.onError === undefined) throw error;
  return values.onError(error);
}

/** A task accepts no more. Nested lists in a small request could expand to any size. */
export const MOST_CHARACTERS = 1_900_000;

export const withRoom = (values: Values): Values =>
  values.room === undefined ? { ...values, room: { left: MOST_CHARACTERS } } : values;

/**
 * Whether the value that is being resolved has become too large, which is reported once.
 * @param size the size of the addition, in characters.
 * @throws {AppError} `too_complex` if the budget of the request is exhausted
 */
export function outgrows(values: Values, path: readonly PropertyKey[], size: () => number): boolean {
  const { room, budget } = values;
  if (room === undefined) return false;
  if (room.left < 0) return true;
  const characters = size();
  if (budget !== undefined) {
    spend(budget, 'values', 1, path);
    spend(budget, 'characters', characters, path);
  }
  room.left -= characters;
  if (room.left >= 0) return false;
  fail(values, path, `with this value it has more than ${MOST_CHARACTERS} characters, the limit for one task`);
  return true;
}

/** `pictures has 3 items` */
export const lengthInWords = (name: string, { length }: { length: number }): string =>
  `${name} has ${length} ${length === 1 ? 'item' : 'items'}`;

/**
 * Counts an unchanged value as a whole.
 * @returns false if there is no room for the whole; then its parts are counted one by one, and the first one that is
 * too much is reported.
 */
export function reservePlainValue({ room, budget }: Values, size: { values: number; characters: number }): boolean {
  if (room === undefined || room.left < size.characters) return false;
  if (budget !== undefined) {
    if (budget.values < size.values || budget.characters < size.characters) return false;
    budget.values -= size.values;
    budget.characters -= size.characters;
  }
  room.left -= size.characters;
  return true;
}

/**
 * The same values at one item of a list, for `for_each` or `$each`.
 * @param list the list as it was sent; error messages name it.
 */
export function atItem(values: Values, list: unknown, items: readonly unknown[], index: number): Values {
  const node = readNode(list);
  const name = node.kind === 'from' ? formatReference(node.reference) : 'the list';
  return { ...values, item: { value: items[index], index, among: lengthInWords(name, items) } };
}
