import type { FileUse } from '../assets/file-kind/kind-by-name.ts';
import type { TaskType } from '../contracts/names.ts';
import type { FilePlace, FilePlaces } from './file-places.ts';
import { readSource, type Source } from './read-source.ts';

/** A source in a payload: a place of a file that has no path. */
export interface PlacedSource extends FilePlace {
  source: Source;
}

/** Whether some text of a value is a source if it is in the place of a file. */
const mayHoldSource = (value: unknown): boolean =>
  typeof value === 'string'
    ? readSource(value) !== undefined
    : typeof value === 'object' && value !== null && Object.values(value).some(mayHoldSource);

/** Finds the sources in a payload, by their paths in it. */
export async function findSources(filePlaces: FilePlaces, type: TaskType, payload: object): Promise<PlacedSource[]> {
  // Most payloads have none, and their templates need not be read.
  if (!mayHoldSource(payload)) return [];
  const places = await filePlaces[type](payload);
  return places.flatMap((place) => {
    const source = readSource(place.value);
    return source === undefined ? [] : [{ ...place, source }];
  });
}

/** Sets a value in parsed JSON. Nothing happens if the path does not exist. */
export function setAt(root: unknown, path: readonly PropertyKey[], value: unknown): void {
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key], root);
  const last = path.at(-1);
  if (typeof parent === 'object' && parent !== null && last !== undefined && Object.hasOwn(parent, last))
    (parent as Record<PropertyKey, unknown>)[last] = value;
}

const WORDS: Readonly<Record<FileUse, string>> = {
  image: 'an image',
  video: 'a video',
  audio: 'a sound',
  '3d': 'a 3D model',
  text: 'a text',
  other: 'something else',
};

/** The problem with a file of this kind in a place; undefined if there is none. */
export function kindProblem(accepts: readonly FileUse[], kind: FileUse): string | undefined {
  if (accepts.includes(kind)) return undefined;
  const words = accepts.filter((one) => one !== 'other').map((one) => WORDS[one]);
  const [last = 'nothing', ...others] = words.toReversed();
  const expected = others.length === 0 ? last : `${others.toReversed().join(', ')} or ${last}`;
  return `expected ${expected}; the bytes of this file are ${WORDS[kind]}`;
}
