import type { Shape } from '../contracts/engine-facts.ts';
import { nearest } from '../contracts/nearest.ts';
import { formatReference, INDEX, type Reference } from './reference.ts';

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);

function unknownField(name: string, fields: readonly string[], before: string): string {
  const near = nearest(name, fields);
  return `${before} has no ${name}${near === undefined ? '' : `; did you mean ${near}?`} (it has ${fields.join(', ')})`;
}

/**
 * Follows a reference through the shape of its root.
 * @param shape undefined when only the run will know it.
 * @returns the shape of the part that the reference names, or what is wrong with the reference.
 */
export function checkPath(
  reference: Reference,
  shape: Shape | undefined,
): { shape: Shape | undefined } | { wrong: string } {
  let at = shape;
  for (const [depth, part] of reference.path.entries()) {
    if (at === undefined) return { shape: undefined };
    const before = formatReference({ ...reference, path: reference.path.slice(0, depth) });
    const isIndex = typeof part === 'number' || part === INDEX;
    if (isList(at)) {
      if (!isIndex) return { wrong: `${before} is a list; expected ${before}[0].${part}, or for_each over the list` };
      [at] = at;
    } else if (typeof at === 'string') {
      return { wrong: `${before} is a plain value without parts` };
    } else {
      const found: Shape | undefined = isIndex || !Object.hasOwn(at, part) ? undefined : at[part];
      if (found === undefined)
        return { wrong: isIndex ? `${before} is not a list` : unknownField(part, Object.keys(at), before) };
      at = found;
    }
  }
  return { shape: at };
}
