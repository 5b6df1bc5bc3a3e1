import { WINDOW_BYTES, type ByteView } from './byte-view.ts';
import { cutOff, BrokenPictureError, type PictureFile } from './picture.ts';

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const EXIF = 0xe1;
/** Markers C0–CF begin a frame, apart from tables (C4, C8, CC). */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Exif's orientation, 1–8, of an APP1 segment; values above 4 swap width and height. */
function orientation(segment: Buffer): number {
  const tiff = segment.subarray(6);
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number): number => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number): number => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const directory = u32(4);
  for (let index = 0, at = directory + 2; index < u16(directory); index++, at += 12)
    if (u16(at) === 0x0112) return u16(at + 8);
  return 1;
}

/** Whether an Exif segment turns a picture on its side; undefined if it is not an Exif segment. */
function isTurned(segment: Buffer): boolean | undefined {
  if (!segment.toString('latin1', 0, 6).startsWith('Exif\0')) return undefined;
  try {
    return orientation(segment) > 4;
  } catch {
    // Damaged Exif data do not prevent a picture from being shown.
    return false;
  }
}

/** The end of a scan's pixels: the next marker that is neither an escaped FF nor a restart. */
async function endOfScan(file: ByteView, from: number): Promise<number> {
  // Each part begins with the last byte of the one before, whose meaning depends on what follows.
  for (let start = from; start + 1 < file.size; start += WINDOW_BYTES - 1) {
    const part = await file.part(start, Math.min(WINDOW_BYTES, file.size - start));
    for (let at = part.indexOf(0xff); at !== -1 && at + 1 < part.length; at = part.indexOf(0xff, at + 1)) {
      const next = part.readUInt8(at + 1);
      if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return start + at;
    }
  }
  throw cutOff();
}

/**
 * Reads a JPEG to its end, because browsers draw an incomplete JPEG without an error.
 * @throws {BrokenPictureError | RangeError}
 */
export async function readJpeg(file: ByteView): Promise<PictureFile> {
  let size: [number, number] | undefined;
  let turned: boolean | undefined;
  for (let at = 2; ;) {
    if ((await file.u8(at)) !== 0xff) throw new BrokenPictureError('is damaged: a marker is missing');
    const marker = await file.u8(at + 1);
    // Any number of FF may precede a marker.
    if (marker === 0xff) at += 1;
    else if (marker === END_OF_IMAGE) break;
    else {
      const end = at + 2 + (await file.u16be(at + 2));
      if (isFrame(marker)) size ??= [await file.u16be(at + 7), await file.u16be(at + 5)];
      if (marker === EXIF && turned === undefined)
        turned = isTurned(await file.part(at + 4, Math.max(0, end - at - 4)));
      at = marker === START_OF_SCAN ? await endOfScan(file, end) : end;
    }
  }
  if (size === undefined) throw new BrokenPictureError('is damaged: its size is missing');
  const [width, height] = turned === true ? size.toReversed() : size;
  return { width: width ?? 0, height: height ?? 0, transparent: false, durationSeconds: null };
}
