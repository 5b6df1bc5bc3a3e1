import type { Subtitle } from '../timeline-types.ts';
import type { ParsedSubtitle } from './parse-subtitles.ts';

/**
 * Converts the subtitles of a file to frames of a film. A subtitle that is too short for any frame gets one frame;
 * `tooShort` has the lines of these subtitles in the file.
 */
export function subtitlesInFrames(
  cues: readonly ParsedSubtitle[],
  fps: number,
): { subtitles: Subtitle[]; tooShort: number[] } {
  const frameAt = (ms: number): number => Math.round((ms / 1000) * fps);
  const tooShort: number[] = [];
  const subtitles = cues.map(({ text, startMs, endMs, words, line }) => {
    const [startFrame, endFrame] = [frameAt(startMs), frameAt(endMs)];
    if (endFrame <= startFrame) tooShort.push(line);
    const timed = words.map((word) => ({
      text: word.text,
      startFrame: frameAt(word.startMs),
      endFrame: frameAt(word.endMs),
    }));
    const shown = { text, startFrame, endFrame: Math.max(endFrame, startFrame + 1) };
    return { ...shown, ...(timed.length > 0 ? { words: timed } : {}) };
  });
  return { subtitles, tooShort };
}
