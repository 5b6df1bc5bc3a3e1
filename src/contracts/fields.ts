import { z } from 'zod';
import type { FieldError } from '../errors.ts';

const DIGITS = /^\s*[+-]?\d+\s*$/;

/** An integer; form-minded clients send it as a string of digits. */
export const integer = <T extends z.ZodType<number, number>>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' && DIGITS.test(value) ? Number(value) : value), schema);

/** An optional property: absent and null mean the same, because n8n sends null for what was left empty. */
export const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === null ? undefined : value), schema.optional());

/** `['payload', 'clips', 0, 'src']` → `payload.clips[0].src` */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

/** Zod's issues as the fields of an API error, each with its path below `prefix`. */
export const fieldErrors = (error: z.ZodError, prefix: readonly PropertyKey[] = []): FieldError[] =>
  error.issues.map((issue) => ({ path: formatPath([...prefix, ...issue.path]), message: issue.message }));
