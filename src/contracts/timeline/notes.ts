import type { z } from 'zod';
import { formatPath, isAbsent } from '../fields.ts';
import { nearest } from '../nearest.ts';
import { textInstead } from '../text-instead.ts';

export type Path = readonly PropertyKey[];

/** The findings while a timeline is read: all errors, and warnings about accepted parts that look like mistakes. */
export interface Notes {
  errors: { path: PropertyKey[]; message: string }[];
  warnings: string[];
}

const MOST_WARNINGS = 50;
/** Comparing names takes time, and more unknown names than this are not misspellings. */
const MOST_COMPARED = 200;
const LONGEST_NAME = 40;

/** Names for times that other programs use but that have no unit. */
const UNITLESS = new Map([
  ['start', ['startFrame', 'startSec']],
  ['end', ['endFrame', 'endSec']],
  ['duration', ['durationInFrames', 'durationSec']],
  ['length', ['durationInFrames', 'durationSec']],
]);

/** Names by the object to which they belong. */
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  style: ['scale', 'opacity', 'top', 'left', 'width', 'height', 'rotate', 'objectFit'],
  textStyle: ['fontSize', 'backgroundColor', 'strokeColor', 'strokeWidth', 'align'],
  output: ['format', 'codec', 'crf', 'preset', 'poster'],
  subtitleStyle: [
    'fontSize',
    'highlightColor',
    'strokeColor',
    'strokeWidth',
    'boxColor',
    'marginX',
    'marginY',
    'position',
  ],
};
/** Names that people put into an object but that belong next to it. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  style: ['volume', 'muted', 'layer', 'fit', 'motion', 'transition', 'textStyle', 'playbackRate', 'loop'],
  textStyle: ['text', 'style', 'motion', 'transition', 'layer'],
  output: ['width', 'height', 'fps', 'backgroundColor'],
};

/** The right place of a name that is known elsewhere. */
function rightPlace(name: string, known: readonly string[], path: Path): Path | undefined {
  const [parent] = path.slice(-1);
  if (typeof parent === 'string' && OUTSIDE[parent]?.includes(name) === true) return [...path.slice(0, -1), name];
  const inside = Object.keys(INSIDE).find((one) => known.includes(one) && INSIDE[one]?.includes(name) === true);
  return inside === undefined ? undefined : [...path, inside, name];
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a timeline part by part; `notes` is filled on the way. */
export interface Reader {
  notes: Notes;
  error(path: Path, message: string): void;
  warn(message: string): void;
  /**
   * Reads an object by its schema; undefined if it has errors. Unknown names that look like known ones cause warnings.
   */
  read<S extends z.ZodObject>(schema: S, value: unknown, path: Path): z.infer<S> | undefined;
  /** Reports a missing property; the error names the property that was probably meant. */
  missing(value: unknown, name: string, path: Path, message: string): void;
}

export function createReader(): Reader {
  const notes: Notes = { errors: [], warnings: [] };
  let compared = 0;
  const error = (path: Path, message: string): void => void notes.errors.push({ path: [...path], message });
  const warn = (message: string): void => {
    if (notes.warnings.length < MOST_WARNINGS) notes.warnings.push(message);
    else if (notes.warnings.length === MOST_WARNINGS) notes.warnings.push('there are more warnings of this kind');
  };

  const hint = (name: string, value: Record<string, unknown>, known: readonly string[], path: Path): void => {
    const place = formatPath([...path, name]);
    const right = rightPlace(name, known, path);
    if (right !== undefined) return warn(`${place} was ignored; it belongs at ${formatPath(right)}`);
    const options = UNITLESS.get(name)?.filter((option) => known.includes(option)) ?? [];
    if (options.length > 0) return warn(`${place} has no unit and was ignored; use ${options.join(' or ')} instead`);
    const near = nearest(
      name,
      known.filter((one) => isAbsent(value[one])),
    );
    if (near !== undefined) warn(`${place} is unknown and was ignored; did you mean ${near}?`);
  };

  const spelling = (value: Record<string, unknown>, known: readonly string[], path: Path): void => {
    for (const name in value) {
      if (compared >= MOST_COMPARED) return;
      if (known.includes(name) || name.length > LONGEST_NAME) continue;
      compared++;
      hint(name, value, known, path);
    }
  };

  return {
    notes,
    error,
    warn,
    read(schema, value, path) {
      const parsed = schema.safeParse(value);
      if (isRecord(value)) spelling(value, Object.keys(schema.shape), path);
      if (parsed.success) return parsed.data;
      for (const issue of parsed.error.issues)
        error([...path, ...issue.path], issue.message + (issue.path.length === 0 ? textInstead(value) : ''));
      return undefined;
    },
    missing(value, name, path, message) {
      const names = isRecord(value) ? Object.keys(value).slice(0, MOST_COMPARED) : [];
      const meant = names.find(
        (one) => one.length <= LONGEST_NAME && one !== name && nearest(one, [name]) !== undefined,
      );
      error([...path, name], meant === undefined ? message : `${message}; you sent ${meant}: did you mean ${name}?`);
    },
  };
}
