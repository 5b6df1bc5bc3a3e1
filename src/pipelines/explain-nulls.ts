import type { FieldError } from '../errors.ts';
import { nullReferences, type ItemOf } from './null-references.ts';
import { formatReference, type Reference } from './reference.ts';
import type { Values } from './values.ts';

/** `cover.files[0].path is null, as cover was skipped`; a null may have other causes. */
async function explain(reference: Reference, { resultOf }: Values): Promise<string> {
  const { root, path } = reference;
  const [first] = path;
  const place = typeof first === 'number' ? first : undefined;
  const isSkipped = (await resultOf(root, place)) === null;
  const whose = formatReference({ root, path: place === undefined ? [] : [place] });
  return `${formatReference(reference)} is null${isSkipped ? `, because ${whose} was skipped` : ''}`;
}

/**
 * Adds to the errors of a resolved payload that a value is null because a reference came to null.
 * @param payload.item set for a step with `for_each`.
 */
export async function explainNulls(
  errors: readonly FieldError[],
  payload: { sent: unknown; resolved: unknown; item: ItemOf | undefined },
  values: Values,
): Promise<FieldError[]> {
  const { sent, resolved, item } = payload;
  const nulls = new Map([...nullReferences(sent, resolved, ['payload'], item)].map((one) => [one.path, one.reference]));
  const explained = errors.map(async (error) => {
    const reference = nulls.get(error.path);
    if (reference === undefined) return error;
    return { ...error, message: `${error.message} (${await explain(reference, values)})` };
  });
  return Promise.all(explained);
}
