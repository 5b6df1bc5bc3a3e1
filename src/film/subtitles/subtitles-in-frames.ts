import type { Subtitle } from '../timeline-types.ts';
import type { ParsedSubtitle } from './parse-subtitles.ts';

/**
 * Subtitles of a file in frames of a film. One that is so short that no frame would show it gets one frame; `tooShort`
 * holds the lines of the file where these stand.
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
