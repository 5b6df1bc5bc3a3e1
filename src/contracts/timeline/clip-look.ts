import { z } from 'zod';
import type { ClipStyle, Motion, TextStyle, Transition } from '../../film/film.ts';
import { choice, flag, isAbsent, number, optional } from '../fields.ts';
import { textInstead } from '../text-instead.ts';
import type { Path, Reader } from './notes.ts';
import { isSomething, oneOf, oneTime, type TimeNames } from './times.ts';
import { between, colour, frames, isNone, length, seconds, share, size } from './values.ts';

const FITS = ['cover', 'contain', 'fill', 'none', 'scale-down'] as const;
export const fit = choice([...FITS, 'contain-blur'] as const);

export const styleSchema = z.object(
  {
    scale: optional(
      number(z.number('expected a number').positive('expected more than 0').max(100, 'expected at most 100')),
    ),
    opacity: optional(share),
    top: optional(length),
    left: optional(length),
    width: optional(size),
    height: optional(size),
    rotate: optional(between(-1_000_000, 1_000_000)),
    objectFit: optional(choice(FITS)),
  },
  'expected an object',
);

const MOTIONS = ['zoom-in', 'zoom-out', 'pan-left', 'pan-right', 'pan-up', 'pan-down'] as const;
export const DEFAULT_MOTION = 0.15;
export const motionSchema = z.object(
  { type: choice(MOTIONS), amount: optional(between(0.001, 1)) },
  'expected a name such as "zoom-in", or {type, amount}',
);

const TRANSITIONS = ['cut', 'fade', 'slide', 'wipe'] as const;
const DIRECTIONS = ['from-left', 'from-right', 'from-top', 'from-bottom'] as const;
const DEFAULT_TRANSITION_SECONDS = 0.5;
export const transitionSchema = z.object(
  {
    type: choice(TRANSITIONS),
    direction: optional(choice(DIRECTIONS)),
    durationInFrames: optional(frames),
    durationFrames: optional(frames),
    durationSec: optional(seconds),
  },
  'expected a name such as "fade", or {type, durationInFrames, direction}',
);
const TRANSITION_LENGTH: TimeNames = { durationInFrames: 'frames', durationFrames: 'frames', durationSec: 'seconds' };

export const textStyleSchema = z.object(
  {
    fontSize: optional(between(1, 2000)),
    color: optional(colour),
    backgroundColor: optional(colour),
    strokeColor: optional(colour),
    strokeWidth: optional(between(0, 200)),
    align: optional(choice(['left', 'center', 'right'])),
  },
  'expected an object',
);

/** An object without its undefined properties; undefined if all are. */
export function given<T extends object>(value: T | undefined): T | undefined {
  const entries = Object.entries(value ?? {}).filter(([, one]) => one !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as T);
}

/** A name alone means an object with the name under `key`. */
export const named = (value: unknown, key: string): unknown =>
  typeof value === 'string' && textInstead(value) === '' ? { [key]: value } : value;

/** `style` of a clip, and the `objectFit` in it. */
export function readStyle(
  reader: Reader,
  value: unknown,
  path: Path,
): { style: ClipStyle | undefined; objectFit: z.infer<typeof styleSchema>['objectFit'] } {
  if (isAbsent(value)) return { style: undefined, objectFit: undefined };
  const { objectFit, ...style } = reader.read(styleSchema, value, path) ?? {};
  return { style: given(style), objectFit };
}

export function readTextStyle(
  reader: Reader,
  value: unknown,
  path: Path,
): Partial<Omit<TextStyle, 'language'>> | undefined {
  return isAbsent(value)
    ? undefined
    : (given(reader.read(textStyleSchema, value, path)) as Partial<TextStyle> | undefined);
}

/** `motion`, or its short form `kenBurns: true`. */
export function readMotion(reader: Reader, clip: Record<string, unknown>, path: Path): Motion | undefined {
  const asked = isAbsent(clip['kenBurns']) ? undefined : flag.safeParse(clip['kenBurns']);
  if (asked?.success === false) reader.error([...path, 'kenBurns'], 'expected true or false');
  const { motion: sent } = clip;
  const motion =
    isAbsent(sent) || isNone(sent) ? undefined : reader.read(motionSchema, named(sent, 'type'), [...path, 'motion']);
  const zoom = asked?.data === true ? 'zoom-in' : undefined;
  const type = oneOf(
    reader,
    [
      { name: 'motion', value: motion?.type },
      { name: 'kenBurns', value: zoom },
    ],
    path,
  );
  return type === undefined ? undefined : { type, amount: motion?.amount ?? DEFAULT_MOTION };
}

/** `transition`; undefined for a cut. */
export function readTransition(reader: Reader, value: unknown, path: Path, fps: number): Transition | undefined {
  const received =
    isAbsent(value) || isNone(value) ? undefined : reader.read(transitionSchema, named(value, 'type'), path);
  if (received === undefined || received.type === 'cut') return undefined;
  const time = oneTime(reader, received, TRANSITION_LENGTH, { path, fps });
  if (time !== undefined && !isSomething(reader, time, { path, fps })) return undefined;
  const usual = Math.max(1, Math.round(DEFAULT_TRANSITION_SECONDS * fps));
  const from = (received.direction ?? 'from-right').slice('from-'.length) as Transition['from'];
  return { type: received.type, from, durationInFrames: time?.frames ?? usual };
}
