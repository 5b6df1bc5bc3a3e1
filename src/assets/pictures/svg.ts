import type { ByteView } from './byte-view.ts';
import { svgRoot, type SvgRoot } from '../file-kind/svg-root.ts';
import { decodeText } from '../file-kind/text.ts';
import { BrokenPictureError, cutOff, type PictureFile } from './picture.ts';

/** The size that CSS gives to a picture without a size. */
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

/**
 * The outermost element must begin within this many bytes from the start, and end within as many bytes from the end.
 */
const HEAD_BYTES = 262_144;
const TAIL_BYTES = 65_536;
const NAMESPACE = 'http://www.w3.org/2000/svg';
/** A longer text is not a length. */
const MOST_CHARACTERS = 100;

function pixels(length: string | undefined): number | undefined {
  const [, number, unit = ''] = /^((?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)([a-z]*)$/i.exec((length ?? '').trim()) ?? [];
  const factor = PIXELS[unit.toLowerCase()];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** Without the namespace, browsers draw nothing. It may be an entity, as Illustrator writes it. */
const isNamed = (attributes: SvgRoot['attributes']): boolean =>
  [...attributes].some(([name, value]) => /^xmlns(:|$)/.test(name) && (value === NAMESPACE || value.startsWith('&')));

async function isClosed(file: ByteView): Promise<boolean> {
  const length = Math.min(TAIL_BYTES, file.size);
  const tail = await file.part(file.size - length, length);
  // This also covers encodings with two bytes per character.
  return /<\/(?:[\w.-]{1,100}:)?svg\s*>/.test(tail.toString('latin1').replaceAll('\0', ''));
}

async function rootOf(file: ByteView): Promise<SvgRoot> {
  const head = await file.part(0, Math.min(HEAD_BYTES, file.size));
  const root = svgRoot(decodeText(head));
  if (root === undefined) throw file.size > HEAD_BYTES ? new BrokenPictureError('contains no picture') : cutOff();
  return root;
}

/**
 * Reads an SVG. If an SVG is shown as a picture, browsers load no external files for it. @throws {BrokenPictureError}
 */
export async function readSvg(file: ByteView): Promise<PictureFile> {
  const { attributes, isEmpty } = await rootOf(file);
  if (!isEmpty && !(await isClosed(file))) throw cutOff();
  if (!isNamed(attributes)) throw new BrokenPictureError(`lacks xmlns="${NAMESPACE}" in its <svg>`);
  const attribute = (name: string): string | undefined => attributes.get(name)?.slice(0, MOST_CHARACTERS);
  const [, , boxWidth = 0, boxHeight = 0] = (attribute('viewBox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const hasBox = boxWidth > 0 && boxHeight > 0;
  const width = pixels(attribute('width'));
  const height = pixels(attribute('height'));
  const box = hasBox ? { width: boxWidth, height: boxHeight } : DEFAULT;
  return {
    width: Math.round(width ?? (height === undefined || !hasBox ? box.width : (height * boxWidth) / boxHeight)),
    height: Math.round(height ?? (width === undefined || !hasBox ? box.height : (width * boxHeight) / boxWidth)),
    transparent: true,
    durationSeconds: null,
  };
}
