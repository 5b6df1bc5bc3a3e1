import type { CueTimes } from './cue-time.ts';
import { plainText, timedWords, type ParsedWord } from './cue-text.ts';
import { rolledLines } from './rolling-captions.ts';
import { splitCues, type RawCue } from './split-cues.ts';

export interface ParsedSubtitle {
  text: string;
  startMs: number;
  endMs: number;
  words: ParsedWord[];
  /** The line of its time in the file; the first line is 1. */
  line: number;
}

/** A problem in some lines of the file that did not make it unreadable. */
export interface Oddity {
  what: string;
  /** The first line is 1. */
  lines: number[];
}

/** The reason why a text is neither SRT nor VTT, with the line. */
export class SubtitleSyntaxError extends Error {
  override name = 'SubtitleSyntaxError';

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
  }
}

/** A file with more cues is refused. */
const MOST = 10_000;
/** The most characters of one cue, as of a line of a timeline. */
const LONGEST_TEXT = 5000;
/** How long a cue without an end is shown, unless the next one comes sooner. */
const USUAL_MS = 3000;
const EXPECTED = 'expected a time such as 00:00:01,000 --> 00:00:02,500';

const ODD = {
  time: 'has an unusual time format; the intended time was used',
  start: 'has no readable start and was left out',
  end: 'has no end after its start; it is shown until the next one, at most 3 s',
  gap: 'contains a blank line; its text was kept together',
  long: 'has more than 5,000 characters; the rest was left out',
  rolling: 'repeats the line before it, as rolling captions do; each line is shown once',
} as const;

type Note = (what: keyof typeof ODD, line: number) => void;

/** A cue whose times make sense. */
interface Cue {
  startMs: number;
  endMs: number;
  lines: readonly string[];
  shown: readonly string[];
  line: number;
}

/** The assumed end of a cue without an end. */
function likelyEnd(startMs: number, next: CueTimes | undefined): number {
  const until = next === undefined || !(next.start.ms > startMs) ? Number.POSITIVE_INFINITY : next.start.ms;
  return Math.min(until, startMs + USUAL_MS);
}

function settled(raw: RawCue, next: RawCue | undefined, note: Note): Cue | null {
  const { start, end, line } = raw;
  // A cue without text shows nothing, so nothing is lost.
  const isLong = raw.lines.reduce((sum, one) => sum + one.length + 1, 0) > LONGEST_TEXT;
  const lines = isLong
    ? raw.lines
        .join('\n')
        .slice(0, LONGEST_TEXT)
        .replace(/[\uD800-\uDBFF]$/, '')
        .split('\n')
    : raw.lines;
  if (isLong) note('long', line);
  const shown = lines.map(plainText).filter((text) => text !== '');
  if (shown.length === 0) return null;
  if (Number.isNaN(start.ms)) note('start', line);
  if (Number.isNaN(start.ms)) return null;
  const isBackward = !(end.ms > start.ms);
  if (isBackward) note('end', line);
  else if (start.isOdd || end.isOdd) note('time', line);
  if (raw.hasGap) note('gap', line);
  const endMs = isBackward ? likelyEnd(start.ms, next) : end.ms;
  return { startMs: start.ms, endMs, lines: lines.filter((one) => plainText(one) !== ''), shown, line };
}

/** The cues without repeated lines. A cue without a line of its own extends the one before it. */
function withoutRepeats(cues: readonly Cue[], note: Note): Cue[] {
  const kept: Cue[] = [];
  for (const [index, count] of rolledLines(cues).entries()) {
    const cue = cues[index];
    if (cue === undefined) continue;
    if (count > 0) note('rolling', cue.line);
    const before = kept.at(-1);
    if (count < cue.shown.length) kept.push({ ...cue, lines: cue.lines.slice(count), shown: cue.shown.slice(count) });
    else if (before !== undefined) kept[kept.length - 1] = { ...before, endMs: Math.max(before.endMs, cue.endMs) };
  }
  return kept;
}

/**
 * Reads the subtitles of an SRT or VTT file (the formats differ little) tolerantly: one odd cue never makes a film
 * fail. `oddities` has one entry for each kind of problem.
 * @throws {SubtitleSyntaxError} if there is no subtitle at all, or more than 10,000
 */
export function parseSubtitles(content: string): { cues: ParsedSubtitle[]; oddities: Oddity[] } {
  const raw = splitCues(content);
  const tooMany = raw[MOST];
  if (tooMany !== undefined) throw new SubtitleSyntaxError(tooMany.line, `expected at most ${MOST} subtitles`);
  const found = new Map<string, number[]>();
  const note: Note = (what, line) => {
    const lines = found.get(ODD[what]) ?? [];
    found.set(ODD[what], lines);
    lines.push(line);
  };
  const cues = raw.flatMap((cue, index) => settled(cue, raw[index + 1], note) ?? []);
  if (cues.length === 0) throw new SubtitleSyntaxError(1, `${EXPECTED}, and a text below it; no subtitle was found`);
  return {
    cues: withoutRepeats(cues, note).map(({ startMs, endMs, lines, shown, line }) => ({
      text: shown.join('\n'),
      startMs,
      endMs,
      words: timedWords(lines.join('\n'), startMs, endMs),
      line,
    })),
    oddities: [...found].map(([what, lines]) => ({ what, lines })),
  };
}
