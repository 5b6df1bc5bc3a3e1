import { z } from 'zod';
import type { FieldError } from '../errors.ts';
import { textInstead } from './text-instead.ts';

const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i;

/** A number, whole or not; form-minded clients send it as a string. */
export const number = <T extends z.ZodType<number, number>>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' && NUMBER.test(value) ? Number(value) : value), schema);

/** An optional property: absent and null mean the same, because n8n sends null for what was left empty. */
export const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === null ? undefined : value), schema.optional());

/** The same where an empty string has no other meaning: form-minded clients send it for what was left empty. */
export const optionalOrEmpty = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) => (value === null || (typeof value === 'string' && value.trim() === '') ? undefined : value),
    schema.optional(),
  );

/** A list of at most `most` elements; a longer one is refused before any element is looked at. */
export const list = <T extends z.ZodType>(element: T, most: number, expected: string) =>
  z.array(z.unknown(), expected).max(most, `expected at most ${most} of them`).pipe(z.array(element));

/** An object of at most `most` properties, whatever their values are. */
export const record = (most: number, expected: string) =>
  z
    .record(z.string(), z.unknown(), { error: ({ input }) => expected + textInstead(input) })
    .refine((value) => Object.keys(value).length <= most, `${expected}, at most ${most} of them`);

/** A client's own key may be as long as its request, and stand in a thousand paths. */
const LONGEST_KEY = 200;
const keyText = (key: PropertyKey): string => String(key).slice(0, LONGEST_KEY);

/** `['payload', 'clips', 0, 'src']` → `payload.clips[0].src`. Keys are cut after 200 characters. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? keyText(key) : `${text}.${keyText(key)}`;
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
