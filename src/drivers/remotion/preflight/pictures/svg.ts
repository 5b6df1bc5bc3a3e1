import { BrokenPictureError, cutOff, type Picture } from './picture.ts';

/** What CSS gives a picture that says nothing of its size. */
const DEFAULT = { width: 300, height: 150 };
const PIXELS: Record<string, number> = {
  '': 1,
  px: 1,
  pt: 4 / 3,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  em: 16,
};

/** The value of an attribute in an element's opening tag. */
const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}\\s*=\\s*["']([^"']{0,99})["']`).exec(tag)?.[1];

function pixels(length: string | undefined): number | undefined {
  const [, number, unit = ''] = /^\s*(\d*\.?\d+(?:e[+-]?\d+)?)([a-z]*)\s*$/i.exec(length ?? '') ?? [];
  const factor = PIXELS[unit.toLowerCase()];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** Reads an SVG. A browser loads nothing from elsewhere for one that is shown as a picture. @throws {BrokenPictureError} */
export function readSvg(file: Buffer): Picture {
  const text = file.toString('utf8');
  const tag = /<svg(?:\s[^>]*)?>/.exec(text)?.[0];
  if (tag === undefined) throw new BrokenPictureError('holds no picture');
  if (!tag.endsWith('/>') && !text.includes('</svg')) throw cutOff();
  const [, , boxWidth = 0, boxHeight = 0] = (attribute(tag, 'viewBox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const hasBox = boxWidth > 0 && boxHeight > 0;
  const width = pixels(attribute(tag, 'width'));
  const height = pixels(attribute(tag, 'height'));
  const box = hasBox ? { width: boxWidth, height: boxHeight } : DEFAULT;
  return {
    width: Math.round(width ?? (height === undefined || !hasBox ? box.width : (height * boxWidth) / boxHeight)),
    height: Math.round(height ?? (width === undefined || !hasBox ? box.height : (width * boxHeight) / boxWidth)),
    transparent: true,
    durationSeconds: null,
  };
}
