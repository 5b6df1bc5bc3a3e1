import { EAST_ASIAN } from './languages.ts';

export const LINE_HEIGHT = 1.25;
/** Share of the frame's width that text may fill. */
export const TEXT_WIDTH = 0.86;
/** Share of the frame's height that one subtitle may fill before its type gets smaller. */
const TEXT_HEIGHT = 0.4;

/** Width of a text set on one line, in ems, roughly. */
const widthInEms = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + (EAST_ASIAN.test(character) ? 1 : 0.58), 0);

/** Type size in pixels: 6 % of the frame's shorter side, smaller where a text is too long for that. */
export function typeSize(text: string, frame: { width: number; height: number }): number {
  const usual = 0.06 * Math.min(frame.width, frame.height);
  const area = TEXT_WIDTH * frame.width * TEXT_HEIGHT * frame.height;
  const fitting = Math.sqrt(area / (LINE_HEIGHT * Math.max(1, widthInEms(text))));
  return Math.max(4, Math.min(usual, fitting));
}
