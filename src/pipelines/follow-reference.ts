import { formatReference, INDEX, ITEM, type Reference, type Segment } from './reference.ts';
import { UNKNOWN } from './unknown-value.ts';
import { fail, lengthInWords, outgrows, type Values } from './values.ts';

/**
 * A part of a value. Parts of a skipped result are null, and parts of an unknown value are unknown.
 * @param miss called with the index of a missing part in `path`, and with the value that lacks it.
 */
function partOf(value: unknown, path: readonly Segment[], miss: (part: number, holder: unknown) => unknown): unknown {
  let at = value;
  for (const [depth, part] of path.entries()) {
    if (at === UNKNOWN) return UNKNOWN;
    if (at === null || at === undefined) return null;
    if (typeof at !== 'object' || !Object.hasOwn(at, part)) return miss(depth, at);
    at = (at as Record<Segment, unknown>)[part];
  }
  return at ?? null;
}

async function find({ root, path: sent }: Reference, values: Values, where: readonly PropertyKey[]): Promise<unknown> {
  const { item } = values;
  if (item?.index === null && (root === INDEX || sent.includes(INDEX))) return UNKNOWN;
  const path = sent.map((part) => (part === INDEX ? (item?.index ?? INDEX) : part));
  const miss = (part: number, holder: unknown): unknown => {
    const before = formatReference({ root, path: path.slice(0, part) });
    const missing = formatReference({ root, path: path.slice(0, part + 1) });
    const other = sent[part] === INDEX && item?.among !== undefined ? `, and ${item.among}` : '';
    const has = Array.isArray(holder) ? `${lengthInWords(before, holder)}${other}` : `${before} does not have it`;
    return fail(values, where, `${missing} does not exist: ${has}`);
  };
  if (root === INDEX) return item?.index ?? null;
  if (root === ITEM) return partOf(item?.value, path, miss);
  const [first, ...rest] = path;
  // Of a list, only the named item is fetched.
  if (typeof first !== 'number') return partOf(await values.resultOf(root), path, miss);
  const result = await values.resultOf(root, first);
  if (result === undefined) return miss(0, await values.resultOf(root));
  return partOf(result, rest, (part, holder) => miss(part + 1, holder));
}

/**
 * Returns the value of a reference. @param where the path of the reference. @throws {UnresolvedError} if there is no
 * such value.
 */
export async function followReference(
  reference: Reference,
  values: Values,
  where: readonly PropertyKey[],
): Promise<unknown> {
  const found = await find(reference, values, where);
  return outgrows(values, where, () => JSON.stringify(found).length) ? UNKNOWN : found;
}
