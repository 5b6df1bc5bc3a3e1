import { z } from 'zod';
import { SubtitleSyntaxError } from '../../film/subtitles/parse-subtitles.ts';
import { readCues } from '../../film/subtitles/read-cues.ts';
import { choice, formatPath, isAbsent, optional, optionalText } from '../fields.ts';
import { objectText, textInstead } from '../text-instead.ts';
import { given, named } from './clip-look.ts';
import { isRecord, type Path, type Reader } from './notes.ts';
import { isSomething, oneTime, type GivenTime, type TimeNames } from './times.ts';
import type { Subtitle, SubtitleSource, Timeline } from '../../film/timeline-types.ts';
import { fillTimes, type PlacedWord } from './word-times.ts';
import { assetPath, between, colour, elsewhere, frame, frames, milliseconds, seconds, shownText } from './values.ts';

export const MOST_SUBTITLES = 10_000;
/** The most words of one subtitle. */
export const MOST_WORDS = 1000;

/** Without a suffix they are seconds, as in the output of speech recognition. */
const START: TimeNames = {
  startFrame: 'frames',
  from: 'frames',
  startMs: 'milliseconds',
  start: 'seconds',
  startSec: 'seconds',
};
const END: TimeNames = { endFrame: 'frames', endMs: 'milliseconds', end: 'seconds', endSec: 'seconds' };
const LENGTH: TimeNames = {
  durationInFrames: 'frames',
  durationFrames: 'frames',
  durationMs: 'milliseconds',
  durationSec: 'seconds',
};

const times = {
  startFrame: optional(frame),
  from: optional(frame),
  startMs: optional(milliseconds),
  start: optional(seconds),
  startSec: optional(seconds),
  endFrame: optional(frame),
  endMs: optional(milliseconds),
  end: optional(seconds),
  endSec: optional(seconds),
  durationInFrames: optional(frames),
  durationFrames: optional(frames),
  durationMs: optional(milliseconds),
  durationSec: optional(seconds),
};
export const lineSchema = z.object({ text: shownText, ...times, words: elsewhere }, 'expected an object');
export const wordSchema = z.object(
  { text: optionalText(shownText), word: optionalText(shownText), ...times },
  'expected an object',
);

interface At {
  path: Path;
  fps: number;
}

const WHEN = { start: 'startFrame, startMs, or start in seconds', end: 'endFrame, endMs, or end in seconds' };

/** Reads the start and the end; null, with an error, if one is missing. */
function readTimes(reader: Reader, value: unknown, received: object, at: At) {
  const start = oneTime(reader, received, START, at);
  const length = oneTime(reader, received, LENGTH, at);
  const end = oneTime(reader, received, END, at);
  if (start === undefined) reader.missing(value, 'startFrame', at.path, `expected a start: ${WHEN.start}`);
  if (end === undefined && length === undefined)
    reader.missing(value, 'endFrame', at.path, `expected an end: ${WHEN.end}`);
  if (start === undefined) return null;
  const by = end ?? (length === undefined ? undefined : { ...length, frames: start.frames + length.frames });
  if (by === undefined) return null;
  if (end !== undefined && length !== undefined && end.frames !== start.frames + length.frames)
    reader.error([...at.path, length.name], `${length.name} and ${end.name} disagree; give one of them`);
  return { start, end: by, length };
}

/** Speech recognition writes lines with equal start and end; they are shown anyway. */
const isBackward = (start: GivenTime, end: GivenTime): boolean => {
  if (start.unit !== end.unit || end.unit === 'frames') return end.frames <= start.frames;
  return end.value < start.value;
};

/** Reads a word. Aligners such as whisperX omit the times of words that they could not place, mainly numbers. */
function readWord(reader: Reader, value: unknown, at: At): PlacedWord | null {
  const word = reader.read(wordSchema, value, at.path);
  if (word === undefined) return null;
  const text = word.text ?? word.word;
  if (text === undefined) reader.missing(value, 'text', at.path, 'expected text');
  const start = oneTime(reader, word, START, at)?.frames;
  const length = oneTime(reader, word, LENGTH, at)?.frames;
  const until = oneTime(reader, word, END, at)?.frames;
  const end = until ?? (start === undefined || length === undefined ? undefined : start + length);
  return text === undefined ? null : { text, start, end };
}

const present = <T>(values: readonly (T | null)[]): T[] => values.filter((value) => value !== null);

/** A list of at most `most` items; anything else is reported as one error and counts as empty. */
export function readList(reader: Reader, value: unknown, most: number, what: string, path: Path): unknown[] {
  if (isAbsent(value)) return [];
  if (Array.isArray(value) && value.length <= most) return value;
  reader.error(
    path,
    Array.isArray(value) ? `expected at most ${most} items` : `expected a list of ${what}${textInstead(value)}`,
  );
  return [];
}

function readLine(reader: Reader, value: unknown, at: At): Subtitle | null {
  const line = reader.read(lineSchema, value, at.path);
  const wordsPath = [...at.path, 'words'];
  const sent = readList(reader, isRecord(value) ? value['words'] : undefined, MOST_WORDS, 'words', wordsPath);
  const words = present(sent.map((word, index) => readWord(reader, word, { ...at, path: [...wordsPath, index] })));
  const found = line === undefined ? null : readTimes(reader, value, line, at);
  if (line === undefined || found === null) return null;
  const { start, end, length } = found;
  if (length === undefined && isBackward(start, end)) {
    const what = end.unit === 'frames' ? 'frame' : 'time';
    reader.error([...at.path, end.name], `expected a ${what} after ${start.name}`);
  } else if (end.unit !== 'frames' && (length === undefined || length.value > 0) && end.frames === start.frames)
    reader.warn(
      `${formatPath([...at.path, end.name])} is too early: the line would last less than one frame, so it is shown for one frame`,
    );
  else isSomething(reader, { ...end, frames: end.frames - start.frames }, at);
  const { text } = line;
  const shown = { startFrame: start.frames, endFrame: Math.max(end.frames, start.frames + 1) };
  return { text, ...shown, ...(words.length > 0 ? { words: fillTimes(words, shown) } : {}) };
}

export const sourceSchema = z.object({ src: optional(assetPath), content: optional(z.string('expected SRT or VTT')) });

/** Never throws: a problem in SRT or VTT becomes an error with its line. */
function checkContent(reader: Reader, content: string, at: At): void {
  const written = objectText(content);
  if (written !== undefined) return reader.error(at.path, `expected SRT or VTT; ${written}`);
  try {
    readCues(content, at.fps);
  } catch (error) {
    if (!(error instanceof SubtitleSyntaxError)) throw error;
    const isPath = /^[^\n]+\.(srt|vtt)$/i.test(content.trim());
    reader.error(
      at.path,
      isPath
        ? 'expected {"src": "…"} to name a file; a string must contain SRT or VTT'
        : error.message + textInstead(content),
    );
  }
}

function readSource(reader: Reader, value: object, at: At): SubtitleSource | undefined {
  const source = reader.read(sourceSchema, value, at.path);
  if (source === undefined) return undefined;
  const { src, content } = source;
  if (src !== undefined && content !== undefined)
    reader.error([...at.path, 'content'], 'src and content are both given; give one of them');
  else if (src !== undefined) return { src };
  else if (content === undefined) reader.missing(value, 'src', at.path, 'expected src or content');
  else {
    checkContent(reader, content, { ...at, path: [...at.path, 'content'] });
    return { content };
  }
  return undefined;
}

/** `subtitles`: a list, SRT or VTT as a string, or an object with a file name or the content. */
export function readSubtitles(reader: Reader, value: unknown, at: At): Pick<Timeline, 'subtitles' | 'subtitleSource'> {
  if (typeof value === 'string') {
    if (value.trim() === '') return { subtitles: [] };
    checkContent(reader, value, at);
    return { subtitles: [], subtitleSource: { content: value } };
  }
  if (isRecord(value)) {
    const source = readSource(reader, value, at);
    return { subtitles: [], ...(source === undefined ? {} : { subtitleSource: source }) };
  }
  const list = readList(reader, value, MOST_SUBTITLES, 'subtitles', at.path);
  return {
    subtitles: present(list.map((line, index) => readLine(reader, line, { ...at, path: [...at.path, index] }))),
  };
}

export const subtitleStyleSchema = z.object(
  {
    style: optional(choice(['plain', 'box', 'highlight', 'karaoke'])),
    position: optional(choice(['top', 'center', 'bottom'])),
    marginX: optional(between(0, 7680)),
    marginY: optional(between(0, 7680)),
    fontSize: optional(between(1, 2000)),
    color: optional(colour),
    highlightColor: optional(colour),
    strokeColor: optional(colour),
    strokeWidth: optional(between(0, 200)),
    boxColor: optional(colour),
  },
  'expected an object, or a name such as "box"',
);

export const readSubtitleStyle = (reader: Reader, value: unknown, path: Path): Timeline['subtitleStyle'] =>
  isAbsent(value) ? undefined : given(reader.read(subtitleStyleSchema, named(value, 'style'), path));
