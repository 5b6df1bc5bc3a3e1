import { followReference } from './follow-reference.ts';
import { readNode, type Node } from './nodes.ts';
import { isKnown, UNKNOWN } from './unknown.ts';
import { atItem, fail, outgrows, withRoom, type Values } from './values.ts';

/** In a string: nothing for null, JSON for what has parts. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** About how many characters a value is, without what is in it. */
function sizeOf(node: Node, value: unknown): number {
  if (node.kind === 'list') return node.items.length;
  if (node.kind === 'object') return node.entries.length;
  return typeof value === 'string' ? value.length : 1;
}

/**
 * A value with everything that it refers to in its place. Values keep their types; in the middle of a string they become text.
 * What was skipped is null, and a list that was skipped has no items. What follows from something unknown is unknown.
 * @throws {UnresolvedError} when a reference names something that is not there, unless `values.onError` knows what to do.
 */
export async function resolveValue(value: unknown, sent: Values, path: readonly PropertyKey[] = []): Promise<unknown> {
  const node = readNode(value);
  const values = withRoom(sent);
  if (outgrows(values, path, () => sizeOf(node, value))) return UNKNOWN;
  switch (node.kind) {
    case 'wrong':
      return fail(values, path, node.message);
    case 'from':
      return followReference(node.reference, values, path);
    case 'text': {
      const texts = node.pieces.map(async (piece) => {
        if (typeof piece === 'string') return piece;
        const named = piece.reference === null ? null : await followReference(piece.reference, values, path);
        return isKnown(named) ? textOf(named) : null;
      });
      const known = await Promise.all(texts);
      return known.includes(null) ? UNKNOWN : known.join('');
    }
    case 'list':
      return Promise.all(node.items.map((item, index) => resolveValue(item, values, [...path, index])));
    case 'object': {
      const entries = node.entries.map(
        async ([key, part]) => [key, await resolveValue(part, values, [...path, key])] as const,
      );
      return Object.fromEntries(await Promise.all(entries));
    }
    case 'each': {
      const list = await foreseeList(node.list, values, [...path, '$for']);
      if (list === null || outgrows(values, path, () => list.length)) return UNKNOWN;
      const made = list.map((_, index) =>
        resolveValue(node.each, atItem(values, node.list, list, index), [...path, '$each']),
      );
      return Promise.all(made);
    }
    case 'plain':
  }
  return value;
}

/** The items of a list that may be a reference, none of what was skipped; null where only the run will know. */
export async function foreseeList(
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

/** The same when all is known. @throws {UnresolvedError} also for what is no list. */
export const resolveList = async (...asked: Parameters<typeof foreseeList>): Promise<readonly unknown[]> =>
  (await foreseeList(...asked)) ?? [];
