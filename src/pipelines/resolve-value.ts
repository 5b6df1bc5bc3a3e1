import { followReference } from './follow-reference.ts';
import { type ItemSource, withSources } from './item-sources.ts';
import { readNode, SPREAD_IN_LIST, type Node } from './nodes.ts';
import { plainSize } from './plain-values.ts';
import { isKnown, UNKNOWN } from './unknown-value.ts';
import { atItem, fail, outgrows, reservePlainValue, withRoom, type Values } from './values.ts';

/** A value as a part of a string: nothing for null, JSON for a value with parts. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The approximate size of a value in characters, without the values in it. */
function sizeOf(node: Node, value: unknown): number {
  if (node.kind === 'list') return node.items.length;
  if (node.kind === 'object') return node.entries.length;
  return typeof value === 'string' ? value.length : 1;
}

/**
 * Makes something of each: one after the other where a budget may end it, so that nothing is begun that is not made;
 * else at once, so that what they refer to is fetched together.
 */
async function makeAll<T, R>(
  list: readonly T[],
  { budget }: Values,
  make: (one: T, index: number) => Promise<R> | R,
): Promise<R[]> {
  if (budget === undefined) return Promise.all(list.map(make));
  const made: R[] = [];
  for (const [index, one] of list.entries()) made.push(await make(one, index));
  return made;
}

/**
 * A list with the items of others where they are spread in it; unknown as a whole where only the run will know how many
 * those are.
 */
async function resolveItems(items: readonly unknown[], values: Values, path: readonly PropertyKey[]): Promise<unknown> {
  if (!items.some((item) => readNode(item).kind === 'spread'))
    return makeAll(items, values, (item, index) => resolveValue(item, values, [...path, index]));
  const parts = await makeAll(
    items,
    values,
    async (sent, item): Promise<{ value: unknown; source: ItemSource }[] | null> => {
      const node = readNode(sent);
      if (node.kind !== 'spread')
        return [{ value: await resolveValue(sent, values, [...path, item]), source: { item } }];
      const list = await resolveListIfKnown(node.list, values, [...path, item, '$spread']);
      return list && list.map((value, within) => ({ value, source: { item, spread: { list, item: within } } }));
    },
  );
  if (parts.includes(null)) return UNKNOWN;
  const made = parts.flatMap((part) => part ?? []);
  return withSources(
    made.map(({ value }) => value),
    made.map(({ source }) => source),
  );
}

/** One value for each item of a list, except those whose `$if` comes to null. */
async function resolveEach(
  node: Extract<Node, { kind: 'each' }>,
  list: readonly unknown[],
  values: Values,
  path: readonly PropertyKey[],
): Promise<unknown> {
  const made = await makeAll(list, values, async (_, item) => {
    const at = atItem(values, node.list, list, item);
    const wanted = await resolveValue(node.unlessNull, at, [...path, '$if']);
    if (wanted === null) return null;
    return { value: await resolveValue(node.each, at, [...path, '$each']), item, isKnown: wanted !== UNKNOWN };
  });
  const kept = made.filter((one) => one !== null);
  // Only the run will know how many items there are.
  if (kept.some((one) => !one.isKnown)) return UNKNOWN;
  return withSources(
    kept.map(({ value }) => value),
    kept.map(({ item }) => ({ item })),
  );
}

/**
 * A value with everything that it refers to in its place. Values keep their types; in the middle of a string they
 * become text. What was skipped is null, and a list that was skipped has no items. What follows from something unknown
 * is unknown.
 * @throws {UnresolvedError} when a reference names something that is not there, unless `values.onError` knows what to
 * do.
 */
export async function resolveValue(value: unknown, sent: Values, path: readonly PropertyKey[] = []): Promise<unknown> {
  const values = withRoom(sent);
  const plain = plainSize(value);
  if (plain !== null && reservePlainValue(values, plain)) return value;
  const node = readNode(value, values.texts);
  if (outgrows(values, path, () => sizeOf(node, value))) return UNKNOWN;
  switch (node.kind) {
    case 'wrong':
      return fail(values, path, node.message);
    case 'from':
      return followReference(node.reference, values, path);
    case 'text': {
      const known = await makeAll(node.pieces, values, async (piece) => {
        if (typeof piece === 'string') return piece;
        const named = piece.reference === null ? null : await followReference(piece.reference, values, path);
        return isKnown(named) ? textOf(named) : null;
      });
      return known.includes(null) ? UNKNOWN : known.join('');
    }
    case 'list':
      return resolveItems(node.items, values, path);
    case 'spread':
      return fail(values, path, SPREAD_IN_LIST);
    case 'object': {
      const parts = await makeAll(node.entries, values, ([key, part]) => resolveValue(part, values, [...path, key]));
      return Object.fromEntries(node.entries.map(([key], index) => [key, parts[index]] as const));
    }
    case 'each': {
      const list = await resolveListIfKnown(node.list, values, [...path, '$for']);
      if (list === null || outgrows(values, path, () => list.length)) return UNKNOWN;
      return resolveEach(node, list, values, path);
    }
    case 'plain':
  }
  return value;
}

/** The items of a list that may be a reference. A skipped list has none; null when only the run will know them. */
export async function resolveListIfKnown(
  value: unknown,
  values: Values,
  path: readonly PropertyKey[] = [],
): Promise<readonly unknown[] | null> {
  const list = await resolveValue(value, values, path);
  if (list === null) return [];
  if (Array.isArray(list)) return list;
  if (list !== UNKNOWN) fail(values, path, 'expected a list');
  return null;
}

/** The same when everything is known. @throws {UnresolvedError} also for a value that is no list. */
export const resolveList = async (...asked: Parameters<typeof resolveListIfKnown>): Promise<readonly unknown[]> =>
  (await resolveListIfKnown(...asked)) ?? [];
