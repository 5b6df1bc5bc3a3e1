import type { Subtitle } from '../timeline-types.ts';
import { parseSubtitles } from './parse-subtitles.ts';
import { subtitlesInFrames } from './subtitles-in-frames.ts';

const sentence = (what: string, [first, ...others]: readonly number[]): string =>
  others.length === 0 ? `line ${first} ${what}` : `line ${first} and ${others.length} more: each ${what}`;

/**
 * Restores the line breaks of a string that has them as the two characters `\n`, because a client escaped JSON twice.
 */
const unescaped = (content: string): string =>
  content.includes('\n') || content.includes('\r')
    ? content
    : content.replaceAll(String.raw`\r`, '').replaceAll(String.raw`\n`, '\n');

/**
 * Converts the content of an SRT or VTT file into the lines of a film. `warnings` has one sentence for each kind of
 * problem.
 * @throws {SubtitleSyntaxError} if there is no subtitle at all
 */
export function readCues(content: string, fps: number): { subtitles: Subtitle[]; warnings: string[] } {
  const { cues, oddities } = parseSubtitles(unescaped(content));
  const { subtitles, tooShort } = subtitlesInFrames(cues, fps);
  const warnings = oddities.map(({ what, lines }) => sentence(what, lines));
  if (tooShort.length > 0) warnings.push(sentence('is too short for a frame; shown for one frame', tooShort));
  return { subtitles, warnings };
}
