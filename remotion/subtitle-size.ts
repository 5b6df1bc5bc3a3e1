import type { SubtitleStyle } from '../src/film/film.ts';
import { EAST_ASIAN } from '../src/film/languages.ts';
import { AMPLE, SMALLEST_TYPE, textHeight } from '../src/film/text-height.ts';
import { BOX_LINE_HEIGHT, LINE_HEIGHT } from './text-box.ts';

/** The share of the frame's height that subtitles may fill before their type becomes smaller. */
const TEXT_HEIGHT = 0.4;

/** The approximate width of a text on one line, in ems. */
const widthInEms = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + (EAST_ASIAN.test(character) ? 1 : 0.58), 0);

/** The gap between subtitles that are shown together, as a share of the frame's height. */
export const GAP = 0.01;

/**
 * The largest good size up to `most`, or the smallest size if none is good. If a size is good, all smaller sizes are
 * good.
 */
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
 * The type size in whole pixels: the size of the style, or 6 % of the frame's shorter side. It is smaller if the text
 * is too long or has too many lines for the room between the margins. `together`: the number of subtitles that share
 * the room.
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
