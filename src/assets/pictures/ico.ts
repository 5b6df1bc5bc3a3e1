import type { ByteView } from './byte-view.ts';
import { BrokenPictureError, cutOff, type PictureFile } from './picture.ts';

const ENTRY_BYTES = 16;

/** Reads an icon; a browser shows its largest picture. @throws {BrokenPictureError | RangeError} */
export async function readIco(file: ByteView): Promise<PictureFile> {
  const count = await file.u16le(4);
  const entries = await file.part(6, count * ENTRY_BYTES);
  let largest = { width: 0, height: 0 };
  for (let at = 0; at < entries.length; at += ENTRY_BYTES) {
    // 0 stands for 256.
    const [width, height] = [entries.readUInt8(at) || 256, entries.readUInt8(at + 1) || 256];
    if (file.size < entries.readUInt32LE(at + 12) + entries.readUInt32LE(at + 8)) throw cutOff();
    if (width * height > largest.width * largest.height) largest = { width, height };
  }
  if (count === 0) throw new BrokenPictureError('contains no picture');
  return { ...largest, transparent: true, durationSeconds: null };
}
