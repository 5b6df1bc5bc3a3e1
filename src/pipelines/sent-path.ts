import { formatPath } from '../contracts/fields.ts';
import { readNode } from './nodes.ts';
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
  const goOn = (key: number | string, part: unknown): void =>
    noteOrigins(origins, part, parts[key], [...at, key], [...from, key], items);
  if (node.kind === 'list') for (const [index, part] of node.items.entries()) goOn(index, part);
  else if (node.kind === 'object') for (const [key, part] of node.entries) goOn(key, part);
  else if (node.kind === 'each' && Array.isArray(resolved))
    for (const [index, made] of resolved.entries()) {
      const inner = [...items, index];
      const [madeAt, madeFrom] = [
        [...at, index],
        [...from, '$each'],
      ];
      origins.set(formatPath(madeAt), { path: formatPath(madeFrom), items: inner, isOwn: true });
      noteOrigins(origins, node.each, made, madeAt, madeFrom, inner);
    }
  else if (node.kind !== 'plain') origins.set(formatPath(at), { path: formatPath(from), items, isOwn: false });
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
