import type { SubtitleStyle, TimedWord } from '../src/film/film.ts';

/** Whether a word has the highlight colour in a frame of the film. */
export function marked(style: SubtitleStyle['style'], word: TimedWord | undefined, frame: number): boolean {
  if (word === undefined || frame < word.from) return false;
  return style === 'karaoke' || (style === 'highlight' && frame < word.to);
}
