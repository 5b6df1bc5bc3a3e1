/**
 * A placeholder for a value that only the run will know. For the rules of a task type it is a meaningless object, which
 * they refuse with its path if they check it. In JSON it is about as long as the real value.
 */
export const UNKNOWN: unknown = Object.freeze({ $from: '' });

/** The paths of the unknown parts of a value. */
export function* unknownPaths(value: unknown, path: readonly PropertyKey[] = []): Generator<readonly PropertyKey[]> {
  if (value === UNKNOWN) yield path;
  else if (Array.isArray(value))
    for (const [index, part] of value.entries()) yield* unknownPaths(part, [...path, index]);
  else if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) yield* unknownPaths(part, [...path, key]);
}

/** Whether every part of a value is known. */
export const isKnown = (value: unknown): boolean => unknownPaths(value).next().done === true;
