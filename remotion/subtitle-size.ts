import type { SubtitleStyle } from '../src/film/film.ts';
import { EAST_ASIAN } from '../src/film/languages.ts';
import { AMPLE, SMALLEST_TYPE, textHeight } from '../src/film/text-height.ts';
import { BOX_LINE_HEIGHT, LINE_HEIGHT } from './text-box.ts';

/** Share of the frame's height that subtitles may fill before their type gets smaller. */
const TEXT_HEIGHT = 0.4;

/** Width of a text set on one line, in ems, roughly. */
const widthInEms = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + (EAST_ASIAN.test(character) ? 1 : 0.58), 0);

/** Between subtitles that are shown together, as a share of the frame's height. */
export const GAP = 0.01;

/** The largest size up to `most` that is good, or the smallest there is. Smaller ones than a good one are good. */
function largest(most: number, isGood: (size: number) => boolean): number {
  let [good, bad] = [SMALLEST_TYPE, most + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isGood(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

interface Frame {
  width: number;
  height: number;
}

/**
 * The type size in whole pixels: the size of the style, or 6 % of the frame's shorter side, smaller if a text is too
 * long for that or has too many lines for the room between the margins. `together`: how many subtitles share the room.
 */
export function typeSize(
  text: string,
  frame: Frame,
  style: Pick<SubtitleStyle, 'style' | 'fontSize' | 'marginX' | 'marginY'>,
  together: number,
): number {
  if (style.fontSize !== null) return Math.max(1, Math.round(style.fontSize));
  const usual = 0.06 * Math.min(frame.width, frame.height);
  const area = (Math.max(1, frame.width - 2 * style.marginX) * TEXT_HEIGHT * frame.height) / together;
  const fitting = Math.sqrt(area / (LINE_HEIGHT * Math.max(1, widthInEms(text))));
  const size = Math.max(SMALLEST_TYPE, Math.round(Math.min(usual, fitting)));
  const heightAt = textHeight(text, AMPLE);
  const column = {
    width: frame.width - 2 * style.marginX,
    lineHeight: style.style === 'box' ? BOX_LINE_HEIGHT : LINE_HEIGHT,
  };
  const room = (frame.height - 2 * style.marginY) / together - GAP * frame.height;
  return largest(size, (candidate) => heightAt(candidate, column) <= room);
}
