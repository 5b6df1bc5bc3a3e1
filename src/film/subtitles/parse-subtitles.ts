import { parseTime, plainText, timedWords, type ParsedWord } from './cue-text.ts';

export interface ParsedSubtitle {
  text: string;
  startMs: number;
  endMs: number;
  words: ParsedWord[];
  /** Where its time stands in the file; the first line is 1. */
  line: number;
}

/** What is wrong with SRT or VTT, and in which line. */
export class SubtitleSyntaxError extends Error {
  override name = 'SubtitleSyntaxError';

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
  }
}

/** More are no subtitles. */
const MOST = 10_000;
const EXPECTED = 'expected a time such as 00:00:01,000 --> 00:00:02,500';
const LONGEST_QUOTED = 40;

function parseTiming(text: string, line: number): { startMs: number; endMs: number } {
  const [from = '', rest = ''] = text.split('-->');
  // Settings of VTT, such as `align:start`, follow the end.
  const [to = ''] = rest.trim().split(/\s+/);
  const [startMs, endMs] = [parseTime(from.trim()), parseTime(to)];
  if (Number.isNaN(startMs) || Number.isNaN(endMs))
    throw new SubtitleSyntaxError(line, `${EXPECTED}, got ${JSON.stringify(text.trim().slice(0, LONGEST_QUOTED))}`);
  if (endMs <= startMs) throw new SubtitleSyntaxError(line, 'expected an end after the start');
  return { startMs, endMs };
}

const isTiming = (line: string | undefined): boolean => line?.includes('-->') === true;
const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';
/** Blocks of VTT that show nothing. */
const isRemark = (line: string): boolean => /^(NOTE|STYLE|REGION)(\s|$)/.test(line);

/**
 * Subtitles of an SRT or a VTT file, which differ in little: read tolerantly, so without numbers, with either decimal mark, with or
 * without blank lines between them.
 * @throws {SubtitleSyntaxError}
 */
export function parseSubtitles(content: string): ParsedSubtitle[] {
  const lines = content.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const isVtt = /^WEBVTT(\s|$)/.test(lines[0] ?? '');
  const cues: ParsedSubtitle[] = [];
  const skipBlock = (from: number): number => {
    let at = from;
    while (!isBlank(lines[at])) at++;
    return at;
  };

  for (let at = isVtt ? skipBlock(0) : 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (isBlank(line)) continue;
    if (isVtt && isRemark(line)) {
      at = skipBlock(at);
      continue;
    }
    if (!isTiming(line)) {
      // The number of a cue, or its name in VTT.
      if (isTiming(lines[at + 1]) && (isVtt || /^\s*\d+\s*$/.test(line))) continue;
      throw new SubtitleSyntaxError(at + 1, `${EXPECTED}, got ${JSON.stringify(line.trim().slice(0, LONGEST_QUOTED))}`);
    }
    const number = at + 1;
    const times = parseTiming(line, number);
    const texts: string[] = [];
    // Where the blank line is missing, the next cue begins with its number.
    while (!isBlank(lines[at + 1]) && !isTiming(lines[at + 1]) && !(isNumber(lines[at + 1]) && isTiming(lines[at + 2])))
      texts.push(lines[++at] ?? '');
    const marked = texts.join('\n');
    const text = plainText(marked);
    if (text !== '') cues.push({ text, ...times, words: timedWords(marked, times.startMs, times.endMs), line: number });
    if (cues.length > MOST) throw new SubtitleSyntaxError(number, `expected at most ${MOST} subtitles`);
  }
  if (cues.length === 0)
    throw new SubtitleSyntaxError(1, `${EXPECTED}, and a text below it; there is no subtitle at all`);
  return cues;
}

const isNumber = (line: string | undefined): boolean => /^\s*\d+\s*$/.test(line ?? '');
