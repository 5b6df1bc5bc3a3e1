import type { PictureFormat } from '../../../../assets/file-kind/file-kind.ts';
import { readAvif } from './avif.ts';
import { readBmp } from './bmp.ts';
import { readGif } from './gif.ts';
import { readIco } from './ico.ts';
import { readJpeg } from './jpeg.ts';
import { BrokenPictureError, cutOff, type Picture } from './picture.ts';
import { readPng } from './png.ts';
import { readSvg } from './svg.ts';
import { readWebp } from './webp.ts';

const READERS: Record<PictureFormat, (file: Buffer) => Picture> = {
  png: readPng,
  jpeg: readJpeg,
  gif: readGif,
  webp: readWebp,
  avif: readAvif,
  bmp: readBmp,
  ico: readIco,
  svg: readSvg,
};

/** A picture takes four bytes a pixel in the browser: 1 GiB. */
export const MOST_PIXELS = 2 ** 28;

/** Reads what a picture file says of itself, without decoding it. @throws {BrokenPictureError} and nothing else, whatever the bytes. */
export function readPicture(file: Buffer, format: PictureFormat): Picture {
  const picture = read(file, format);
  const { width, height } = picture;
  if (width < 1 || height < 1) throw new BrokenPictureError('has a width or a height of 0');
  if (width * height > MOST_PIXELS)
    throw new BrokenPictureError(
      `is too large: ${width} × ${height}, ${Math.floor(MOST_PIXELS / 1e6)} megapixels at most`,
    );
  return picture;
}

function read(file: Buffer, format: PictureFormat): Picture {
  try {
    return READERS[format](file);
  } catch (error) {
    // Buffers throw it where something is to be read beyond their end.
    if (error instanceof RangeError) throw cutOff();
    throw error;
  }
}
