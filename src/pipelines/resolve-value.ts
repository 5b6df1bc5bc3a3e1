import { formatPath } from '../contracts/fields.ts';
import { readNode } from './nodes.ts';
import { formatReference, INDEX, ITEM, type Reference, type Segment } from './reference.ts';

/** What references stand for when a step is about to run. */
export interface Values {
  /**
   * The result of a step, or of one of its items: null when it failed and may be skipped, undefined when there is no such item.
   * @param index of the item; left out, a step with `for_each` gives the list of all its results.
   */
  resultOf: (step: string, index?: number) => Promise<unknown>;
  /** What `for_each` or `$each` is at. */
  item?: { value: unknown; index: number };
}

/** A reference that names nothing now. `path` is its place in the value that was resolved. */
export class UnresolvedError extends Error {
  override name = 'UnresolvedError';
  readonly path: string;
  constructor(path: readonly PropertyKey[], message: string) {
    super(message);
    this.path = formatPath(path);
  }
}

/** Parts of what was skipped are null, like the whole. */
function partOf(value: unknown, path: readonly Segment[], fail: (at: number) => never): unknown {
  let at = value;
  for (const [place, part] of path.entries()) {
    if (at === null || at === undefined) return null;
    if (typeof at !== 'object' || !Object.hasOwn(at, part)) return fail(place);
    at = (at as Record<Segment, unknown>)[part];
  }
  return at ?? null;
}

async function follow(reference: Reference, values: Values, where: readonly PropertyKey[]): Promise<unknown> {
  const fail = (at: number): never => {
    const before = formatReference({ ...reference, path: reference.path.slice(0, at) });
    const missing = formatReference({ ...reference, path: reference.path.slice(0, at + 1) });
    throw new UnresolvedError(where, `there is no ${missing}: ${before} does not have it`);
  };
  const { item } = values;
  const { root } = reference;
  const path = reference.path.map((part) => (part === INDEX ? (item?.index ?? INDEX) : part));
  if (root === INDEX) return item?.index ?? null;
  if (root === ITEM) return partOf(item?.value, path, fail);
  const [first, ...rest] = path;
  // One item of a list: the others need not be fetched.
  if (typeof first !== 'number') return partOf(await values.resultOf(root), path, fail);
  const result = await values.resultOf(root, first);
  return result === undefined ? fail(0) : partOf(result, rest, (at) => fail(at + 1));
}

/** In a string: nothing for null, JSON for what has parts. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * A value with everything that it refers to in its place. Values keep their types; in the middle of a string they become text.
 * What was skipped is null, and a list that was skipped has no items.
 * @throws {UnresolvedError} when a reference names something that is not there.
 */
export async function resolveValue(
  value: unknown,
  values: Values,
  path: readonly PropertyKey[] = [],
): Promise<unknown> {
  const node = readNode(value);
  switch (node.kind) {
    case 'wrong':
      throw new UnresolvedError(path, node.message);
    case 'from':
      return follow(node.reference, values, path);
    case 'text': {
      const texts = node.pieces.map(async (piece) => {
        if (typeof piece === 'string') return piece;
        return piece.reference === null ? '' : textOf(await follow(piece.reference, values, path));
      });
      return (await Promise.all(texts)).join('');
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
      const list = await resolveList(node.list, values, [...path, '$for']);
      return Promise.all(
        list.map((item, index) =>
          resolveValue(node.each, { ...values, item: { value: item, index } }, [...path, '$each']),
        ),
      );
    }
    case 'plain':
  }
  return value;
}

/** The items of a list that may be a reference; none of what was skipped. @throws {UnresolvedError} also for what is no list. */
export async function resolveList(
  value: unknown,
  values: Values,
  path: readonly PropertyKey[] = [],
): Promise<unknown[]> {
  const list = await resolveValue(value, values, path);
  if (list === null) return [];
  if (!Array.isArray(list)) throw new UnresolvedError(path, 'expected a list');
  return list;
}
