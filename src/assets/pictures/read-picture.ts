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

/** A picture needs four bytes per pixel in the browser: 1 GiB. */
export const MOST_PIXELS = 2 ** 28;

/**
 * The most bytes of a file. A browser keeps the whole file in memory in addition to its pixels, and much more than that
 * for an SVG.
 */
const MOST_BYTES = 512 * 2 ** 20;
const MOST_SVG_BYTES = 32 * 2 ** 20;

/** {@link sizeProblem} for any file. Reads the file only if it could be too large. */
export async function fileSizeProblem(file: string): Promise<string | undefined> {
  const { size } = await stat(file);
  if (size <= MOST_SVG_BYTES) return undefined;
  const kind = await kindOfFile(file);
  return kind.family === 'picture' ? sizeProblem(kind.format, size) : undefined;
}

/** The problem with a picture file of this size, continuing "it"; undefined if there is none. */
export function sizeProblem(format: PictureFormat, bytes: number): string | undefined {
  const most = format === 'svg' ? MOST_SVG_BYTES : MOST_BYTES;
  const size = `${Math.ceil(bytes / 2 ** 20)} MiB, ${most / 2 ** 20} MiB at most for ${format.toUpperCase()}`;
  return bytes > most ? `is too large: ${size}` : undefined;
}

/**
 * Reads the header data of a picture file without decoding it, a small part at a time.
 * @throws {BrokenPictureError} for any bytes that are not a picture; the signal's reason; errors of reading the file.
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

/** {@link readPictureFile} for bytes in memory. */
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
    // Buffers throw a RangeError on reads beyond their end.
    if (error instanceof RangeError) throw cutOff();
    throw error;
  }
}
