import { formatReference, INDEX, ITEM, type Reference, type Segment } from './reference.ts';
import { UNKNOWN } from './unknown.ts';
import { fail, lengthInWords, outgrows, type Values } from './values.ts';

/**
 * Parts of what was skipped are null, like the whole; parts of what is unknown are unknown.
 * @param miss is told which part is missing, and what does not have it.
 */
function partOf(value: unknown, path: readonly Segment[], miss: (part: number, holder: unknown) => unknown): unknown {
  let at = value;
  for (const [place, part] of path.entries()) {
    if (at === UNKNOWN) return UNKNOWN;
    if (at === null || at === undefined) return null;
    if (typeof at !== 'object' || !Object.hasOwn(at, part)) return miss(place, at);
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
  // One item of a list: the others need not be fetched.
  if (typeof first !== 'number') return partOf(await values.resultOf(root), path, miss);
  const result = await values.resultOf(root, first);
  if (result === undefined) return miss(0, await values.resultOf(root));
  return partOf(result, rest, (part, holder) => miss(part + 1, holder));
}

/** What a reference stands for. @param where it stands. @throws {UnresolvedError} when there is no such thing. */
export async function followReference(
  reference: Reference,
  values: Values,
  where: readonly PropertyKey[],
): Promise<unknown> {
  const found = await find(reference, values, where);
  return outgrows(values, where, () => JSON.stringify(found).length) ? UNKNOWN : found;
}
