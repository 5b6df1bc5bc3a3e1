import type { Length, PictureClip, SubtitleStyle } from './film.ts';
import { SCANT, SMALLEST_TYPE, textHeight } from './text-height.ts';

interface Frame {
  width: number;
  height: number;
}

/** The line heights in ems, without and with a box. */
const LINE_HEIGHT = 1.25;
const BOX_LINE_HEIGHT = 1.5;
/** The share of the frame's width that text may use if it fills the frame. */
const TEXT_WIDTH = 0.86;

/** Whether a text certainly does not fit into a frame. */
function isTooMuch(text: string, fontSize: number, { width, height }: Frame, lineHeight: number): boolean {
  // A single letter is too wide.
  if (SCANT.other * fontSize > width) return true;
  // A quick test first: most texts are short, and there may be ten thousand.
  const atMost = (text.length + text.split('\n').length) * fontSize * lineHeight;
  if (atMost <= height) return false;
  return textHeight(text, SCANT)(fontSize, { width, lineHeight }) > height;
}

/** A length in pixels; undefined if the length is not given. */
function pixels(length: Length | undefined, whole: number): number | undefined {
  if (length === undefined || typeof length === 'number') return length;
  const value = parseFloat(length);
  return length.endsWith('%') ? (value / 100) * whole : value;
}

const isBeside = (start: number, size: number | undefined, whole: number): boolean =>
  start >= whole || (size !== undefined && start + size <= 0);

/** Whether a clip is never visible because its box is outside the frame. A rotated or enlarged clip is not judged. */
function liesOutside({ kind, style }: PictureClip, frame: Frame): boolean {
  if ((style.rotate ?? 0) !== 0 || (style.scale ?? 1) > 1) return false;
  const usual = kind === 'text' ? undefined : '100%';
  return (
    isBeside(pixels(style.left, frame.width) ?? 0, pixels(style.width ?? usual, frame.width), frame.width) ||
    isBeside(pixels(style.top, frame.height) ?? 0, pixels(style.height ?? usual, frame.height), frame.height)
  );
}

function hasTooMuchText(clip: PictureClip, frame: Frame): boolean {
  if (clip.kind !== 'text' || (clip.style.scale ?? 1) < 1) return false;
  const width = pixels(clip.style.width, frame.width) ?? TEXT_WIDTH * frame.width;
  // Text that is higher than its box stays visible.
  return isTooMuch(clip.text, clip.textStyle.fontSize, { width, height: frame.height }, LINE_HEIGHT);
}

/** Why the frame cannot show a clip, or all of its text; undefined if no such reason is known. */
export function clipOutOfSight(clip: PictureClip, frame: Frame): 'place' | 'text' | undefined {
  if (liesOutside(clip, frame)) return 'place';
  return hasTooMuchText(clip, frame) ? 'text' : undefined;
}

/** Whether a subtitle certainly has more text than fits into the frame, even in the smallest type. */
export function subtitleOutOfSight(text: string, style: SubtitleStyle, { width, height }: Frame): boolean {
  const room = {
    width: width - 2 * style.marginX,
    height: style.position === 'center' ? height : height - style.marginY,
  };
  return isTooMuch(text, style.fontSize ?? SMALLEST_TYPE, room, style.style === 'box' ? BOX_LINE_HEIGHT : LINE_HEIGHT);
}

export const TOO_MUCH_TEXT =
  'has more text than fits into the frame at this type size; part of the text is not visible';
export const OUTSIDE = 'places the clip outside the frame; nothing of it is visible';
