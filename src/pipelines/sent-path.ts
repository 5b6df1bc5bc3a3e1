import { formatPath } from '../contracts/fields.ts';
import { sourceOf } from './item-sources.ts';
import { readNode, type Node } from './nodes.ts';
import { unknownPlaces } from './unknown.ts';

/** Where a part of a resolved payload stands in the one that was sent. */
interface Origin {
  path: string;
  /** At which items of `$each`, from the outermost. */
  items: readonly number[];
  /** Whether it is as it was sent, so that its parts are where they were. */
  isOwn: boolean;
}

type Path = readonly PropertyKey[];

/** Notes where what `$each` made and what references stand for came from. */
function noteOrigins(
  origins: Map<string, Origin>,
  sent: unknown,
  resolved: unknown,
  at: Path,
  from: Path,
  items: number[],
) {
  const node = readNode(sent);
  const parts = (typeof resolved === 'object' && resolved !== null ? resolved : {}) as Record<PropertyKey, unknown>;
  if (node.kind === 'object')
    for (const [key, part] of node.entries) noteOrigins(origins, part, parts[key], [...at, key], [...from, key], items);
  else if ((node.kind === 'list' || node.kind === 'each') && Array.isArray(resolved))
    for (const index of resolved.keys())
      noteItem(origins, node, { list: resolved as unknown[], index }, [...at, index], from, items);
  else if (node.kind !== 'plain') origins.set(formatPath(at), { path: formatPath(from), items, isOwn: false });
}

/** The same for one item of a list, which may stand elsewhere in what was sent. */
function noteItem(
  origins: Map<string, Origin>,
  node: Node,
  made: { list: readonly unknown[]; index: number },
  at: Path,
  from: Path,
  items: number[],
): void {
  const value = made.list[made.index];
  const { item, spread } = sourceOf(made.list, made.index);
  const note = (path: Path, within: number[], isOwn: boolean): void =>
    void origins.set(formatPath(at), { path: formatPath(path), items: within, isOwn });
  if (node.kind === 'each') {
    const [path, within] = [
      [...from, '$each'],
      [...items, item],
    ];
    note(path, within, true);
    noteOrigins(origins, node.each, value, at, path, within);
  } else if (node.kind !== 'list') note(from, items, false);
  else if (spread !== undefined) {
    const part = readNode(node.items[item]);
    const inner = readNode(part.kind === 'spread' ? part.list : undefined);
    noteItem(origins, inner, { list: spread.list, index: spread.item }, at, [...from, item, '$spread'], items);
  } else {
    if (item !== made.index || from.length !== at.length - 1) note([...from, item], items, true);
    noteOrigins(origins, node.items[item], value, at, [...from, item], items);
  }
}

/** `a.b[0].c` → `a.b[0]`; undefined for what is nowhere within another. */
const parentOf = (path: string): string | undefined => /^(.+)(?:\.[^.[\]]*|\[\d+\])$/s.exec(path)?.[1];

/**
 * Makes of a path in a resolved payload the one in the payload that was sent, with the items of `$each` that it is about; undefined for what
 * is at or below a place that only the run will know.
 * @param root the path of both payloads.
 */
export function createSentPath(sent: unknown, resolved: unknown, root: string) {
  const origins = new Map<string, Origin>();
  noteOrigins(origins, sent, resolved, [root], [root], []);
  const unknown = new Set([...unknownPlaces(resolved, [root])].map(formatPath));
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
