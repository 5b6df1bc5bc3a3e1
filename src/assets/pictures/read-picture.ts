import { kindOfFile, type PictureFormat } from '../file-kind/file-kind.ts';
import { open, stat } from 'node:fs/promises';
import { readAvif } from './avif.ts';
import { readBmp } from './bmp.ts';
import { viewOfFile, type ByteView } from './byte-view.ts';
import { readGif } from './gif.ts';
import { readIco } from './ico.ts';
import { readJpeg } from './jpeg.ts';
import { BrokenPictureError, cutOff, TooLargePictureError, type PictureFile } from './picture.ts';
import { readPng } from './png.ts';
import { readSvg } from './svg.ts';
import { readWebp } from './webp.ts';

const READERS: Record<PictureFormat, (file: ByteView) => Promise<PictureFile>> = {
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

/** Most bytes of a file: a browser holds the whole file in memory beside its pixels, and much more than that for an SVG. */
const MOST_BYTES = 512 * 2 ** 20;
const MOST_SVG_BYTES = 32 * 2 ** 20;

/** {@link sizeProblem} of a file whatever it is; looks into it only when it could be too large. */
export async function fileSizeProblem(file: string): Promise<string | undefined> {
  const { size } = await stat(file);
  if (size <= MOST_SVG_BYTES) return undefined;
  const kind = await kindOfFile(file);
  return kind.family === 'picture' ? sizeProblem(kind.format, size) : undefined;
}

/** What stands against a picture file of this size, continuing "it". */
export function sizeProblem(format: PictureFormat, bytes: number): string | undefined {
  const most = format === 'svg' ? MOST_SVG_BYTES : MOST_BYTES;
  const size = `${Math.ceil(bytes / 2 ** 20)} MiB, ${most / 2 ** 20} MiB at most for ${format.toUpperCase()}`;
  return bytes > most ? `is too large: ${size}` : undefined;
}

/**
 * Reads what a picture file says of itself, without decoding it, a small part at a time.
 * @throws {BrokenPictureError} whatever the bytes; the signal's reason; what reading the file throws.
 */
export async function readPictureFile(file: string, format: PictureFormat, signal?: AbortSignal): Promise<PictureFile> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const problem = sizeProblem(format, size);
    if (problem !== undefined) throw new TooLargePictureError(problem);
    return await readPicture(viewOfFile(handle, size, signal), format);
  } finally {
    await handle.close();
  }
}

/** {@link readPictureFile} of bytes. */
export async function readPicture(file: ByteView, format: PictureFormat): Promise<PictureFile> {
  const picture = await read(file, format);
  const { width, height } = picture;
  if (width < 1 || height < 1) throw new BrokenPictureError('has a width or a height of 0');
  if (width * height > MOST_PIXELS)
    throw new TooLargePictureError(
      `is too large: ${width} × ${height}, ${Math.floor(MOST_PIXELS / 1e6)} megapixels at most`,
    );
  return picture;
}

async function read(file: ByteView, format: PictureFormat): Promise<PictureFile> {
  try {
    return await READERS[format](file);
  } catch (error) {
    // Buffers throw it where something is to be read beyond their end.
    if (error instanceof RangeError) throw cutOff();
    throw error;
  }
}
