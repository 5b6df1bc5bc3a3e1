/** The item that `for_each` or `$each` is at, and its index in the list, from 0. */
export const ITEM = '$item';
export const INDEX = '$index';

/** The name of a field, an index in a list, or `$index` for the index that `for_each` or `$each` is at. */
export type Segment = string | number;

/** `pictures[$index].files[0].path`: a step, and a part of its result. */
export interface Reference {
  /** The id of a step, `$item` or `$index`. */
  root: string;
  path: readonly Segment[];
}

export const STEP_ID = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const ROOT = /^(?:\$item|\$index|[A-Za-z_][A-Za-z0-9_-]*)/;
const SEGMENT = /\.([^.[\]{}$\s]+)|\[(\d{1,6}|\$index)\]/y;

/** Reads a reference as written in `$from` and between `${` and `}`; undefined when it is none. */
export function parseReference(text: string): Reference | undefined {
  const trimmed = text.trim();
  const [root] = ROOT.exec(trimmed) ?? [];
  if (root === undefined) return undefined;
  const path: Segment[] = [];
  SEGMENT.lastIndex = root.length;
  while (SEGMENT.lastIndex < trimmed.length) {
    const [, name, place] = SEGMENT.exec(trimmed) ?? [];
    if (name !== undefined) path.push(name);
    else if (place !== undefined) path.push(place === INDEX ? INDEX : Number(place));
    else return undefined;
  }
  return root === INDEX && path.length > 0 ? undefined : { root, path };
}

/** The reference as people write it. */
export const formatReference = ({ root, path }: Reference): string =>
  root + path.map((part) => (typeof part === 'number' || part === INDEX ? `[${part}]` : `.${part}`)).join('');
