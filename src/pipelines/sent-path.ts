import { formatPath } from '../contracts/fields.ts';
import { sourceOf } from './item-sources.ts';
import { readNode, type Node } from './nodes.ts';
import { unknownPaths } from './unknown-value.ts';

/** The origin of a part of a resolved payload in the sent payload. */
interface Origin {
  path: string;
  /** The items of `$each` that it belongs to, from the outermost. */
  items: readonly number[];
  /** Whether it is unchanged, so that its parts keep their places. */
  isOwn: boolean;
}

type Path = readonly PropertyKey[];

/** The place of a part: in the resolved payload, in the sent one, and the items of `$each`, from the outermost. */
interface Position {
  at: Path;
  from: Path;
  items: readonly number[];
}

/** The origins of all values from `$each` and from references, by their paths in the resolved payload. */
function findOrigins(sent: unknown, resolved: unknown, root: Path): Map<string, Origin> {
  const origins = new Map<string, Origin>();
  const note = (at: Path, from: Path, items: readonly number[], isOwn: boolean): void =>
    void origins.set(formatPath(at), { path: formatPath(from), items, isOwn });

  function visit(value: unknown, made: unknown, { at, from, items }: Position): void {
    const node = readNode(value);
    const parts = (typeof made === 'object' && made !== null ? made : {}) as Record<PropertyKey, unknown>;
    if (node.kind === 'object')
      for (const [key, part] of node.entries)
        visit(part, parts[key], { at: [...at, key], from: [...from, key], items });
    else if ((node.kind === 'list' || node.kind === 'each') && Array.isArray(made))
      for (const index of made.keys()) visitItem(node, made, index, { at: [...at, index], from, items });
    else if (node.kind !== 'plain') note(at, from, items, false);
  }

  /** The same for one item of a list, which may be elsewhere in the sent payload. */
  function visitItem(node: Node, list: readonly unknown[], index: number, { at, from, items }: Position): void {
    const { item, spread } = sourceOf(list, index);
    if (node.kind === 'each') {
      const within = { at, from: [...from, '$each'], items: [...items, item] };
      note(at, within.from, within.items, true);
      visit(node.each, list[index], within);
    } else if (node.kind !== 'list') note(at, from, items, false);
    else if (spread !== undefined) {
      const part = readNode(node.items[item]);
      const inner = readNode(part.kind === 'spread' ? part.list : undefined);
      visitItem(inner, spread.list, spread.item, { at, from: [...from, item, '$spread'], items });
    } else {
      if (item !== index || from.length !== at.length - 1) note(at, [...from, item], items, true);
      visit(node.items[item], list[index], { at, from: [...from, item], items });
    }
  }

  visit(sent, resolved, { at: root, from: root, items: [] });
  return origins;
}

/** `a.b[0].c` → `a.b[0]`; undefined for a path without a parent. */
const parentOf = (path: string): string | undefined => /^(.+)(?:\.[^.[\]]*|\[\d+\])$/s.exec(path)?.[1];

/**
 * Translates a path in a resolved payload into one in the sent payload, with its items of `$each`; undefined at or
 * below a value that only the run will know.
 * @param root the path of both payloads.
 */
export function createSentPath(sent: unknown, resolved: unknown, root: string) {
  const origins = findOrigins(sent, resolved, [root]);
  const unknown = new Set([...unknownPaths(resolved, [root])].map(formatPath));
  return (path: string): { path: string; items: readonly number[] } | undefined => {
    let origin: Origin | undefined;
    let rest = '';
    for (let at: string | undefined = path; at !== undefined; at = parentOf(at)) {
      if (unknown.has(at)) return undefined;
      if (origin !== undefined) continue;
      origin = origins.get(at);
      rest = path.slice(at.length);
    }
    if (origin === undefined) return { path, items: [] };
    return { path: origin.isOwn ? origin.path + rest : origin.path, items: origin.items };
  };
}
