import { z } from 'zod';
import { unknownLength } from '../film/clip-slots.ts';
import { MOST_FRAMES, TOO_LONG } from '../film/longest-film.ts';
import { placeInFilm } from '../film/place-in-film.ts';
import { flag, number, optional } from './fields.ts';
import { given } from './timeline/clip-look.ts';
import { readClip } from './timeline/clip.ts';
import { createReader, isRecord, type Notes, type Reader } from './timeline/notes.ts';
import { readOutput } from './timeline/output.ts';
import { readDucking, readSound } from './timeline/sounds.ts';
import { readList, readSubtitles, readSubtitleStyle } from './timeline/subtitles.ts';
import { isSomething, oneTime, type TimeNames } from './timeline/times.ts';
import type { Clip, Timeline } from '../film/timeline-types.ts';
import { colour, elsewhere, frame, frames, milliseconds, seconds, share } from './timeline/values.ts';
import { readWatermark } from './timeline/watermark.ts';

export type { Clip, Subtitle, Timeline } from '../film/timeline-types.ts';

export const MOST_CLIPS = 10_000;
/** 8K. */
export const MOST_PIXELS = 7680;
const DEFAULTS = { width: 1080, height: 1920, fps: 30, backgroundColor: '#000000', bgmVolume: 0.1 };
const NO_LENGTH = 'expected the length of the film in frames, or clips or subtitles that have an end';

const LENGTH: TimeNames = {
  durationInFrames: 'frames',
  durationFrames: 'frames',
  durationSec: 'seconds',
  durationMs: 'milliseconds',
};
const FADE_IN: TimeNames = { bgmFadeInFrames: 'frames', bgmFadeInSec: 'seconds' };
const TAIL: TimeNames = { tailFrames: 'frames', tailSec: 'seconds' };
const FADE_OUT: TimeNames = { bgmFadeOutFrames: 'frames', bgmFadeOutSec: 'seconds' };

const pixels = number(
  z
    .int('expected a whole number of pixels')
    .min(2, 'expected at least 2')
    .max(MOST_PIXELS, `expected at most ${MOST_PIXELS}`),
);
const isAuto = (value: unknown): boolean => typeof value === 'string' && value.trim().toLowerCase() === 'auto';

/** The top level of a timeline; `elsewhere` marks properties that have a function of their own. */
export const headSchema = z.object(
  {
    width: optional(pixels),
    height: optional(pixels),
    fps: optional(number(z.number('expected a number').min(1, 'expected at least 1').max(120, 'expected at most 120'))),
    durationInFrames: z.preprocess((value) => (isAuto(value) ? undefined : value), optional(frames)),
    durationFrames: optional(frames),
    durationSec: optional(seconds),
    durationMs: optional(milliseconds),
    tailFrames: optional(frame),
    tailSec: optional(seconds),
    backgroundColor: optional(colour),
    audioVolume: optional(share),
    bgmVolume: optional(share),
    bgmLoop: optional(flag),
    bgmFadeInFrames: optional(frame),
    bgmFadeInSec: optional(seconds),
    bgmFadeOutFrames: optional(frame),
    bgmFadeOutSec: optional(seconds),
    clips: elsewhere,
    subtitles: elsewhere,
    subtitleStyle: elsewhere,
    audioSrc: elsewhere,
    bgmSrc: elsewhere,
    ducking: elsewhere,
    watermark: elsewhere,
    output: elsewhere,
  },
  'expected an object',
);
type Head = z.infer<typeof headSchema>;

/** Widely supported video codecs need even sizes, so an odd size loses a pixel. */
function evenSize(reader: Reader, name: 'width' | 'height', value: number): number {
  if (value % 2 === 0) return value;
  reader.warn(`${name} was changed from ${value} to ${value - 1}, because films need even sizes`);
  return value - 1;
}

/** The properties of the film that the timeline itself gives, without its files. */
function readHead(reader: Reader, head: Head, fps: number) {
  const at = { path: [], fps };
  const length = oneTime(reader, head, LENGTH, at);
  if (length !== undefined) isSomething(reader, length, at);
  const tail = oneTime(reader, head, TAIL, at);
  if (length !== undefined && tail !== undefined && tail.frames > 0)
    reader.error([tail.name], `${length.name} is the whole length of the film; leave out one of them`);
  return {
    width: evenSize(reader, 'width', head.width ?? DEFAULTS.width),
    height: evenSize(reader, 'height', head.height ?? DEFAULTS.height),
    length: length?.frames,
    tailFrames: tail?.frames,
    backgroundColor: head.backgroundColor ?? DEFAULTS.backgroundColor,
    music: given({
      bgmLoop: head.bgmLoop === false ? false : undefined,
      bgmFadeInFrames: oneTime(reader, head, FADE_IN, at)?.frames,
      bgmFadeOutFrames: oneTime(reader, head, FADE_OUT, at)?.frames,
    }),
  };
}

/** The places of clips and the length of the film, as far as known before the media are examined. */
function settled(timeline: Timeline, length: number | undefined): Timeline | undefined {
  const { clips, fps, subtitles, subtitleSource, audioSrc, tailFrames: tail = 0 } = timeline;
  const isOpen = audioSrc !== null || subtitleSource !== undefined;
  const othersEnd = isOpen ? 'unknown' : subtitles.reduce((last, { endFrame }) => Math.max(last, endFrame), 0);
  const { places, end } = placeInFilm({ clips, fps, own: unknownLength, length, tail, othersEnd });
  if (end === 'open') return undefined;
  const placed = clips.map((clip, index): Clip => {
    const { start, length: lasts } = places[index] ?? {};
    // A start that is not the first would end the clips before it.
    const startFrame = clip.startFrame ?? (start === 0 ? 0 : undefined);
    return { ...clip, ...given({ startFrame, durationInFrames: lasts }) };
  });
  return { ...timeline, durationInFrames: end === 'unknown' ? 'auto' : end, clips: placed };
}

/** The problem with the size of the encoded film; undefined if there is none. */
export function checkScale({
  width,
  height,
  output,
}: Pick<Timeline, 'width' | 'height' | 'output'>): string | undefined {
  const { scale = 1 } = output ?? {};
  const [least, most] = [Math.min(width, height) * scale, Math.max(width, height) * scale];
  return least >= 2 && most <= MOST_PIXELS
    ? undefined
    : `expected a scale that makes each side 2 to ${MOST_PIXELS} pixels long`;
}

/**
 * Warnings about accepted parts of a timeline that are probably unintended, even if the timeline is refused for other
 * reasons.
 */
export const timelineWarnings = (sent: unknown): string[] => readTimeline(sent).notes.warnings;

/** Reports margins that leave no room in the frame. */
function checkRoom(
  reader: Reader,
  { width, height }: Pick<Timeline, 'width' | 'height'>,
  { subtitleStyle, watermark }: Pick<Timeline, 'subtitleStyle' | 'watermark'> = {},
): void {
  const half = (name: 'marginX' | 'marginY', side: string, size: number): void => {
    if ((subtitleStyle?.[name] ?? 0) * 2 >= size)
      reader.error(['subtitleStyle', name], `expected less than half of the film's ${side}, which is ${size}`);
  };
  half('marginX', 'width', width);
  half('marginY', 'height', height);
  if (watermark?.position !== 'center' && (watermark?.margin ?? 0) >= Math.min(width, height))
    reader.error(['watermark', 'margin'], `expected less than the film's shorter side, ${Math.min(width, height)}`);
}

/** Reads the whole timeline and reports every error at once. Paths are relative to the timeline. */
function readTimeline(sent: unknown): { timeline: Timeline | undefined; notes: Notes } {
  const reader = createReader();
  const { notes } = reader;
  const raw = isRecord(sent) ? sent : {};
  const received = reader.read(headSchema, sent, []);
  const fps = headSchema.shape.fps.safeParse(raw['fps']).data ?? DEFAULTS.fps;
  const head = received ?? {};
  const { width, height, length, tailFrames, backgroundColor, music } = readHead(reader, head, fps);

  const clips: Clip[] = [];
  for (const [index, sentClip] of readList(reader, raw['clips'], MOST_CLIPS, 'clips', ['clips']).entries()) {
    const clip = readClip(reader, sentClip, { path: ['clips', index], fps });
    if (clip !== null) clips.push(clips.length === index ? clip : { ...clip, sentAs: index });
  }
  const lines = readSubtitles(reader, raw['subtitles'], { path: ['subtitles'], fps });
  const audio = readSound(reader, raw['audioSrc'], 'audioSrc', { volumeName: 'audioVolume', volume: head.audioVolume });
  const bgm = readSound(reader, raw['bgmSrc'], 'bgmSrc', { volumeName: 'bgmVolume', volume: head.bgmVolume });
  const extras = given({
    tailFrames,
    subtitleStyle: readSubtitleStyle(reader, raw['subtitleStyle'], ['subtitleStyle']),
    audioVolume: audio.volume,
    ducking: readDucking(reader, raw['ducking']),
    watermark: readWatermark(reader, raw['watermark']),
    output: readOutput(reader, raw['output'], ['output']),
  });
  checkRoom(reader, { width, height }, extras);
  const size = checkScale({ width, height, output: extras?.output });
  if (size !== undefined) reader.error(['output', 'scale'], size);
  if (notes.errors.length > 0) return { timeline: undefined, notes };

  const sounds = { audioSrc: audio.src, bgmSrc: bgm.src, bgmVolume: bgm.volume ?? DEFAULTS.bgmVolume };
  const timeline = settled(
    { width, height, fps, durationInFrames: 'auto', backgroundColor, clips, ...lines, ...sounds, ...music, ...extras },
    length,
  );
  if (timeline === undefined) reader.error(['durationInFrames'], NO_LENGTH);
  else if (timeline.durationInFrames !== 'auto' && timeline.durationInFrames > MOST_FRAMES)
    reader.error(['durationInFrames'], `${TOO_LONG}, but the parts of the film last longer`);
  const { warnings } = notes;
  return {
    timeline: timeline === undefined || warnings.length === 0 ? timeline : { ...timeline, warnings },
    notes,
  };
}

function report({ errors }: Notes, context: z.core.$RefinementCtx): void {
  for (const { path, message } of errors) context.addIssue({ code: 'custom', path, message });
}

/** `output` next to the timeline. */
export const outputSchema = z
  .unknown()
  .optional()
  .transform((sent, context) => {
    const reader = createReader();
    const output = readOutput(reader, sent, []);
    report(reader.notes, context);
    return output;
  });

/** Converts the documented timeline from a client into a {@link Timeline}; see docs/timeline.md. */
export const timelineSchema = z.unknown().transform((sent, context): Timeline => {
  const { timeline, notes } = readTimeline(sent);
  report(notes, context);
  return timeline ?? z.NEVER;
});
