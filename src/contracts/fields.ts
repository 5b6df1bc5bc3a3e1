import { z } from 'zod';
import type { FieldError } from '../errors.ts';
import { nearest } from './nearest.ts';
import { objectText, textInstead } from './text-instead.ts';

const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i;

/** A number, whole or not; clients that send forms send it as a string. */
export const number = <T extends z.ZodType<number, number>>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' && NUMBER.test(value) ? Number(value) : value), schema);

/** Whether a property counts as absent: clients that send forms send null or an empty text for an empty field. */
export const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** An optional property: absent, null and an empty text mean the same. */
export const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (isAbsent(value) ? undefined : value), schema.optional());

/** The same for properties in which an empty text is a value. */
export const optionalText = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => value ?? undefined, schema.optional());

/** Text in which no program wrote "[object Object]" instead of an object. */
export const plainText = (expected: string) =>
  z.string({ error: ({ input }) => expected + textInstead(input) }).superRefine((value, context) => {
    const written = objectText(value);
    if (written !== undefined) context.addIssue({ code: 'custom', message: `${expected}; ${written}` });
  });

/** Text for people; a number is its digits. */
export const prose = <T extends z.ZodType<unknown, string>>(schema: T) =>
  z.preprocess((value) => (typeof value === 'number' ? String(value) : value), schema);

/** Yes or no; clients that send forms send it as a string. */
export const flag = z.preprocess((value) => {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
  return word === 'true' ? true : word === 'false' ? false : value;
}, z.boolean('expected true or false'));

/** One of some words, in any case; the error about a misspelt word suggests the nearest one. */
export const choice = <const T extends readonly string[]>(
  values: T,
  expected = `expected one of ${values.join(', ')}`,
) =>
  z.preprocess(
    (value) => {
      const word = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
      return values.find((one) => one.toLowerCase() === word) ?? value;
    },
    z.enum(values, {
      error: ({ input }) => {
        const near = typeof input === 'string' ? nearest(input, values) : undefined;
        return `${expected}${near === undefined ? textInstead(input) : `; did you mean "${near}"?`}`;
      },
    }),
  );

/**
 * A list of at most `most` elements; a longer one is refused before any element is checked. Lengths are checked in a
 * pipe: Zod checks them on everything that has a `length`, also on an object to which a client gave one.
 */
export const list = <T extends z.ZodType>(element: T, most: number, expected: string) =>
  z
    .array(z.unknown(), { error: ({ input }) => expected + textInstead(input) })
    .pipe(z.array(z.unknown()).max(most, `expected at most ${most} items`))
    .pipe(z.array(element));

/** An object with at most `most` properties of any value. */
export const record = (most: number, expected: string) =>
  z
    .record(z.string(), z.unknown(), { error: ({ input }) => expected + textInstead(input) })
    .refine((value) => Object.keys(value).length <= most, `${expected}, at most ${most} items`);

/** A client may send a very long key, which may occur in a thousand paths. */
const LONGEST_KEY = 200;
const keyText = (key: PropertyKey): string => String(key).slice(0, LONGEST_KEY);

/** `['payload', 'clips', 0, 'src']` → `payload.clips[0].src`. Keys are cut after 200 characters. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((place, key) => {
    if (typeof key === 'number') return `${place}[${key}]`;
    return place === '' ? keyText(key) : `${place}.${keyText(key)}`;
  }, '');
}

/** Zod's issues as the fields of an API error, each with its path below `prefix`. */
export const fieldErrors = (error: z.ZodError, prefix: readonly PropertyKey[] = []): FieldError[] =>
  error.issues.map((issue) => ({ path: formatPath([...prefix, ...issue.path]), message: issue.message }));

/** How many bad fields one sentence names. */
const NAMED = 5;

/** Bad fields in one line: the first few, and how many more there are. */
export function sumUp(errors: readonly FieldError[]): string {
  const named = errors.slice(0, NAMED).map(({ path, message }) => `${path || 'body'}: ${message}`);
  return [...named, ...(errors.length > NAMED ? [`and ${errors.length - NAMED} more`] : [])].join('; ');
}
