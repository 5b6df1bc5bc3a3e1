import { formatPath } from '../contracts/fields.ts';
import { sourceOf } from './item-sources.ts';
import { readNode, type Node } from './nodes.ts';
import { INDEX, ITEM, type Reference } from './reference.ts';

/** The item that `for_each` or `$each` is at. */
export interface ItemOf {
  /** The reference to its list; undefined for a list that is written out. */
  list: Reference | undefined;
  index: number;
}

/** The same reference without `$item` and `$index`; undefined when it names no step. */
function absolute({ root, path }: Reference, item: ItemOf | undefined): Reference | undefined {
  const segments = path.map((part) => (part === INDEX ? (item?.index ?? INDEX) : part));
  if (root === INDEX) return undefined;
  if (root !== ITEM) return { root, path: segments };
  return item?.list && { root: item.list.root, path: [...item.list.path, item.index, ...segments] };
}

/** One item of a sent list. @param outer the item that the list itself belongs to. */
export function itemOf(list: unknown, index: number, outer?: ItemOf): ItemOf {
  const node = readNode(list);
  return { list: node.kind === 'from' ? absolute(node.reference, outer) : undefined, index };
}

/**
 * The references in a payload that came to null, each with its place in the resolved payload and without `$item` and
 * `$index`.
 */
export function* nullReferences(
  sent: unknown,
  resolved: unknown,
  at: readonly PropertyKey[],
  item?: ItemOf,
): Generator<{ path: string; reference: Reference }> {
  const node = readNode(sent);
  const parts = (resolved ?? {}) as Record<PropertyKey, unknown>;
  if (node.kind === 'from' && resolved === null) {
    const reference = absolute(node.reference, item);
    if (reference !== undefined) yield { path: formatPath(at), reference };
  } else if ((node.kind === 'list' || node.kind === 'each') && Array.isArray(resolved)) {
    for (const index of resolved.keys()) yield* ofItem(node, { list: resolved, index }, [...at, index], item);
  } else if (node.kind === 'object') {
    for (const [key, part] of node.entries) yield* nullReferences(part, parts[key], [...at, key], item);
  }
}

/** The same for one item of a list, which may stand elsewhere in the sent payload. */
function* ofItem(
  node: Node,
  made: { list: readonly unknown[]; index: number },
  at: readonly PropertyKey[],
  item?: ItemOf,
): Generator<{ path: string; reference: Reference }> {
  const value = made.list[made.index];
  const source = sourceOf(made.list, made.index);
  if (node.kind === 'each') yield* nullReferences(node.each, value, at, itemOf(node.list, source.item, item));
  if (node.kind !== 'list') return;
  const sent = node.items[source.item];
  const part = readNode(sent);
  if (source.spread === undefined || part.kind !== 'spread') yield* nullReferences(sent, value, at, item);
  else yield* ofItem(readNode(part.list), { list: source.spread.list, index: source.spread.item }, at, item);
}
