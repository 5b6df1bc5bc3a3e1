import type { SubtitleStyle } from '../src/film/film.ts';
import { EAST_ASIAN } from '../src/film/languages.ts';
import { LINE_HEIGHT } from './text-box.ts';

/** Share of the frame's height that subtitles may fill before their type gets smaller. */
const TEXT_HEIGHT = 0.4;

/** Width of a text set on one line, in ems, roughly. */
const widthInEms = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + (EAST_ASIAN.test(character) ? 1 : 0.58), 0);

interface Frame {
  width: number;
  height: number;
}

/**
 * Type size in whole pixels: what the style says, or else 6 % of the frame's shorter side, smaller where a text is too long for that.
 * `together`: how many subtitles share the room.
 */
export function typeSize(
  text: string,
  frame: Frame,
  style: Pick<SubtitleStyle, 'fontSize' | 'marginX'>,
  together: number,
): number {
  if (style.fontSize !== null) return Math.max(1, Math.round(style.fontSize));
  const usual = 0.06 * Math.min(frame.width, frame.height);
  const area = (Math.max(1, frame.width - 2 * style.marginX) * TEXT_HEIGHT * frame.height) / together;
  const fitting = Math.sqrt(area / (LINE_HEIGHT * Math.max(1, widthInEms(text))));
  return Math.max(4, Math.round(Math.min(usual, fitting)));
}
