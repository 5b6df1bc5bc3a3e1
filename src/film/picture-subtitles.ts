import type { Subtitle, Timed, Timeline } from './timeline-types.ts';
import { AppError } from '../errors.ts';
import type { Language, PictureSubtitle, SubtitleStyle, TimedWord } from './film.ts';
import { contradiction, type Findings } from './findings.ts';
import { TOO_MUCH_TEXT } from './out-of-sight.ts';
import { readCues } from './subtitles/read-cues.ts';
import { SubtitleSyntaxError } from './subtitles/parse-subtitles.ts';
import { spreadWords } from './subtitles/spread-words.ts';

/** 150 px of 1920, the value of earlier clients. */
const MARGIN_Y = 150 / 1920;
const MARGIN_X = 0.07;

/**
 * The subtitle lines of a timeline, from the request or from a file.
 * @param files the content of subtitle files, by path
 */
export function linesOf(
  { subtitles, subtitleSource, fps }: Timeline,
  files: ReadonlyMap<string, string>,
  findings: Findings,
): Subtitle[] {
  if (subtitleSource === undefined) return subtitles;
  const isFile = 'src' in subtitleSource;
  const content = isFile ? files.get(subtitleSource.src) : subtitleSource.content;
  if (content === undefined) throw new AppError('asset_missing', `payload.timeline.subtitles.src`);
  try {
    const { subtitles: lines, warnings } = readCues(content, fps);
    for (const warning of warnings) findings.warn(`${isFile ? 'subtitles.src' : 'subtitles'}: ${warning}`);
    return lines;
  } catch (error) {
    if (!(error instanceof SubtitleSyntaxError)) throw error;
    throw contradiction(isFile ? 'subtitles.src' : 'subtitles', error.message);
  }
}

export const subtitleStyleOf = ({ subtitleStyle: given, width, height }: Timeline): SubtitleStyle => ({
  style: given?.style ?? 'highlight',
  position: given?.position ?? 'bottom',
  marginX: given?.marginX ?? Math.round(MARGIN_X * width),
  marginY: given?.marginY ?? Math.round(MARGIN_Y * height),
  fontSize: given?.fontSize ?? null,
  color: given?.color ?? '#ffffff',
  highlightColor: given?.highlightColor ?? '#ffd83d',
  strokeColor: given?.strokeColor ?? '#000000',
  strokeWidth: given?.strokeWidth ?? null,
  boxColor: given?.boxColor ?? 'rgba(0, 0, 0, 0.65)',
});

/** The words, cut to the time of their line. Words without duration are not highlighted. */
function wordsWithin(words: readonly Timed[], from: number, to: number): TimedWord[] {
  return words
    .map((word) => ({ text: word.text, from: Math.max(from, word.startFrame), to: Math.min(to, word.endFrame) }))
    .filter((word) => word.from < word.to);
}

/**
 * The words that a style highlights. If the client asked for the style, lines without word times get evenly spread
 * words.
 */
function wordsOf(line: Subtitle, asked: SubtitleStyle['style'] | undefined): readonly Timed[] {
  if (asked === 'plain' || asked === 'box') return [];
  if (line.words !== undefined && line.words.length > 0) return line.words;
  return asked === undefined ? [] : spreadWords(line);
}

/** The subtitles that are shown. They are cut at the end of the film; later ones are left out, with a warning. */
export function pictureSubtitles(
  lines: readonly Subtitle[],
  languages: readonly (Language | null)[],
  film: {
    durationInFrames: number;
    style: SubtitleStyle['style'] | undefined;
    findings: Findings;
    isTooMuch: (text: string) => boolean;
  },
): PictureSubtitle[] {
  const { durationInFrames: end, style, findings, isTooMuch } = film;
  const cut: string[] = [];
  const late: string[] = [];
  const tooMuch: string[] = [];
  const shown = lines.flatMap((line, index): PictureSubtitle[] => {
    const { text, startFrame: from } = line;
    if (from >= end) late.push(`subtitles[${index}]`);
    if (from >= end) return [];
    if (line.endFrame > end) cut.push(`subtitles[${index}]`);
    if (isTooMuch(text)) tooMuch.push(`subtitles[${index}]`);
    const to = Math.min(line.endFrame, end);
    return [{ text, from, to, words: wordsWithin(wordsOf(line, style), from, to), language: languages[index] ?? null }];
  });
  findings.warnOfAll(late, `had to be left out, because the film ends earlier (frame ${end})`);
  findings.warnOfAll(cut, `had to be cut at the end of the film (frame ${end})`);
  findings.warnOfAll(tooMuch, TOO_MUCH_TEXT);
  return shown;
}
