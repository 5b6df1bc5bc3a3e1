import type { Subtitle } from '../../contracts/timeline/types.ts';
import { SubtitleSyntaxError, type ParsedSubtitle } from './parse-subtitles.ts';

/**
 * Subtitles of a file in frames of a film.
 * @throws {SubtitleSyntaxError} for one that is so short that no frame shows it.
 */
export function subtitlesInFrames(parsed: readonly ParsedSubtitle[], fps: number): Subtitle[] {
  const frameAt = (ms: number): number => Math.round((ms / 1000) * fps);
  return parsed.map(({ text, startMs, endMs, words, line }) => {
    const [startFrame, endFrame] = [frameAt(startMs), frameAt(endMs)];
    if (endFrame <= startFrame)
      throw new SubtitleSyntaxError(
        line,
        `expected at least one frame, which is ${(1000 / fps).toFixed(1)} ms at ${fps} fps`,
      );
    const timed = words.map((word) => ({
      text: word.text,
      startFrame: frameAt(word.startMs),
      endFrame: frameAt(word.endMs),
    }));
    return { text, startFrame, endFrame, ...(timed.length > 0 ? { words: timed } : {}) };
  });
}
