import { z } from 'zod';
import { choice, flag, formatPath, isAbsent, number, optional } from '../fields.ts';
import { clipKind, CLIP_TYPES, toldKind } from './clip-kind.ts';
import { fit, given, readMotion, readStyle, readTextStyle, readTransition } from './clip-look.ts';
import { isRecord, type Path, type Reader } from './notes.ts';
import { exactFrames, isSomething, oneOf, oneTime, type GivenTime, type TimeNames } from './times.ts';
import type { Clip, FileClip } from '../../film/timeline-types.ts';
import {
  assetPath,
  between,
  colour,
  elsewhere,
  FILE,
  frame,
  frames,
  milliseconds,
  seconds,
  share,
  shownText,
} from './values.ts';

const START: TimeNames = { startFrame: 'frames', from: 'frames', startSec: 'seconds', startMs: 'milliseconds' };
const LENGTH: TimeNames = {
  durationInFrames: 'frames',
  durationFrames: 'frames',
  durationSec: 'seconds',
  durationMs: 'milliseconds',
};
const END: TimeNames = { endFrame: 'frames', endSec: 'seconds', endMs: 'milliseconds' };
const TRIM_BEFORE: TimeNames = {
  trimBefore: 'frames',
  startFrom: 'frames',
  trimBeforeSec: 'seconds',
  trimStartSec: 'seconds',
};
const TRIM_AFTER: TimeNames = { trimAfter: 'frames', endAt: 'frames', trimAfterSec: 'seconds', trimEndSec: 'seconds' };

const choiceOfOnError = choice(['fail', 'skip']);
const layer = number(z.int('expected a whole number'));
/** The range in which sound can be stretched and compressed. */
const rate = between(0.0625, 16);

export const clipSchema = z.object(
  {
    type: optional(choice(CLIP_TYPES)),
    src: optional(assetPath),
    startFrame: optional(frame),
    from: optional(frame),
    startSec: optional(seconds),
    startMs: optional(milliseconds),
    durationInFrames: optional(frames),
    durationFrames: optional(frames),
    durationSec: optional(seconds),
    durationMs: optional(milliseconds),
    endFrame: optional(frame),
    endSec: optional(seconds),
    endMs: optional(milliseconds),
    trimBefore: optional(frame),
    startFrom: optional(frame),
    trimBeforeSec: optional(seconds),
    trimStartSec: optional(seconds),
    trimAfter: optional(frames),
    endAt: optional(frames),
    trimAfterSec: optional(seconds),
    trimEndSec: optional(seconds),
    layer: optional(layer),
    track: optional(layer),
    volume: optional(share),
    muted: optional(flag),
    loop: optional(flag),
    playbackRate: optional(rate),
    fit: optional(fit),
    onError: optional(choiceOfOnError),
    text: optional(shownText),
    color: optional(colour),
    style: elsewhere,
    textStyle: elsewhere,
    motion: elsewhere,
    kenBurns: elsewhere,
    transition: elsewhere,
  },
  'expected an object',
);
type Received = z.infer<typeof clipSchema>;

interface At {
  path: Path;
  fps: number;
}

/** Frames from the start to the end. For times between two frames, the end is rounded, so that errors do not add up. */
const framesFrom = (start: GivenTime | undefined, length: GivenTime, fps: number): number =>
  start === undefined
    ? length.frames
    : Math.max(1, Math.round(exactFrames(start, fps) + exactFrames(length, fps)) - start.frames);

function readLength(
  reader: Reader,
  clip: Received,
  { start, length: time }: Record<'start' | 'length', GivenTime | undefined>,
  at: At,
): number | undefined {
  const end = oneTime(reader, clip, END, at);
  if (time !== undefined && !isSomething(reader, time, at)) return undefined;
  if (end === undefined) return time === undefined ? undefined : framesFrom(start, time, at.fps);
  const startFrame = start?.frames;
  const complain = (message: string): undefined => reader.error([...at.path, end.name], message) as undefined;
  if (startFrame === undefined)
    return complain(`expected startFrame together with ${end.name}, or durationInFrames instead`);
  if (end.frames <= startFrame) return complain('expected a time after the start of the clip');
  const left = end.frames - startFrame;
  if (time !== undefined && time.frames !== left && framesFrom(start, time, at.fps) !== left)
    return complain(`${end.name} and ${time.name} disagree; give one of them`);
  return left;
}

function readTrim(reader: Reader, clip: Received, at: At): Pick<FileClip, 'trimBefore' | 'trimAfter'> {
  const before = oneTime(reader, clip, TRIM_BEFORE, at);
  const after = oneTime(reader, clip, TRIM_AFTER, at);
  if (after !== undefined && after.frames <= (before?.frames ?? 0))
    reader.error([...at.path, after.name], `expected a time after ${before?.name ?? 'the beginning of the file'}`);
  return { trimBefore: before?.frames, trimAfter: after?.frames };
}

/** Clips above the bottom layer are silent by default, so that they do not disturb the narration. */
function volumeOf({ volume, muted }: Received, kind: FileClip['kind'], isBottom: boolean): number | undefined {
  if (kind === 'image' || kind === 'gif') return volume;
  if (muted === true) return 0;
  return volume ?? (kind === 'audio' || isBottom || muted === false ? 1 : 0);
}

function readFile(reader: Reader, clip: Received, kind: FileClip['kind'], at: At, isBottom: boolean) {
  const { src = '', playbackRate, loop, onError } = clip;
  const moving = kind === 'image' ? {} : { ...readTrim(reader, clip, at), playbackRate, loop };
  const skip = onError === 'skip' ? onError : undefined;
  return given({ src, ...moving, volume: volumeOf(clip, kind, isBottom), onError: skip });
}

/** A time in frames, if it is between two frames. */
function fraction(time: GivenTime | undefined, fps: number): number | undefined {
  if (time === undefined) return undefined;
  const exact = exactFrames(time, fps);
  return Math.abs(exact - time.frames) < 1e-6 ? undefined : exact;
}

/** If a file could not be made, its path is null. */
const isLeftOut = ({ src, onError, text, color }: Record<string, unknown>): boolean =>
  choiceOfOnError.safeParse(onError).data === 'skip' &&
  src !== undefined &&
  isAbsent(src) &&
  isAbsent(text) &&
  isAbsent(color);

/** What a clip says about its place in the film and its picture, whatever its file is. */
function readPlace(reader: Reader, clip: Received, objectFit: Received['fit'], at: At) {
  const { path, fps } = at;
  const start = oneTime(reader, clip, START, at);
  const track = oneOf(
    reader,
    [
      { name: 'layer', value: clip.layer },
      { name: 'track', value: clip.track },
    ],
    path,
  );
  const fitting = oneOf(
    reader,
    [
      { name: 'fit', value: clip.fit },
      { name: 'style.objectFit', value: objectFit },
    ],
    path,
  );
  const length = oneTime(reader, clip, LENGTH, at);
  const times = {
    startFrame: start?.frames,
    durationInFrames: readLength(reader, clip, { start, length }, at),
    exactStart: fraction(start, fps),
    exactLength: fraction(length, fps),
  };
  return { times, track, fitting };
}

/** Reads one clip from a client; null if it has errors. */
export function readClip(reader: Reader, value: unknown, at: At): Clip | null {
  const { path, fps } = at;
  const before = reader.notes.errors.length;
  const raw = isRecord(value) ? value : {};
  if (isLeftOut(raw)) {
    reader.warn(`${formatPath([...path, 'src'])} is empty; the clip was left out because its onError is skip`);
    return null;
  }
  const clip = reader.read(clipSchema, value, path);
  const { style, objectFit } = readStyle(reader, raw['style'], [...path, 'style']);
  const look = {
    style,
    motion: readMotion(reader, raw, path),
    transition: readTransition(reader, raw['transition'], [...path, 'transition'], fps),
  };
  const textStyle = readTextStyle(reader, raw['textStyle'], [...path, 'textStyle']);
  if (clip === undefined) {
    // A wrong file does not hide the other errors.
    const { data } = clipSchema.safeParse({ ...raw, src: undefined });
    if (data !== undefined) readPlace(reader, data, objectFit, at);
    return null;
  }

  const kind = toldKind(raw) ?? clipKind(clip.type, clip);
  const { times, track, fitting } = readPlace(reader, clip, objectFit, at);
  const shared = { ...given({ ...times, ...look }), layer: track ?? 0 };
  const file = (is: FileClip['kind']): Clip => {
    if (clip.src === undefined) reader.missing(value, 'src', path, FILE);
    const rest = readFile(reader, clip, is, at, (track ?? 0) <= 0);
    return { kind: is, src: '', ...shared, ...rest, ...(is === 'audio' ? {} : given({ fit: fitting })) };
  };
  const made = ((): Clip | null => {
    if (kind === 'text') {
      if (clip.text === undefined) reader.missing(value, 'text', path, 'expected text');
      return { kind, text: clip.text ?? '', ...shared, ...given({ textStyle }) };
    }
    if (kind === 'color') {
      if (clip.color === undefined) reader.missing(value, 'color', path, 'expected a CSS colour, such as "#16324f"');
      return { kind, color: clip.color ?? '', ...shared };
    }
    if (kind !== undefined) return file(kind);
    if (clip.src === undefined) reader.missing(value, 'src', path, FILE);
    else
      reader.missing(
        value,
        'type',
        path,
        `expected one of ${CLIP_TYPES.join(', ')}, because the file name does not show the type`,
      );
    return null;
  })();
  return reader.notes.errors.length > before ? null : made;
}
