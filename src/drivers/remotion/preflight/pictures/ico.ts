import { BrokenPictureError, cutOff, type Picture } from './picture.ts';

const ENTRY_BYTES = 16;

/** Reads an icon; a browser shows its largest picture. @throws {BrokenPictureError | RangeError} */
export function readIco(file: Buffer): Picture {
  const count = file.readUInt16LE(4);
  let largest = { width: 0, height: 0 };
  for (let index = 0, at = 6; index < count; index++, at += ENTRY_BYTES) {
    // 0 stands for 256.
    const [width, height] = [file.readUInt8(at) || 256, file.readUInt8(at + 1) || 256];
    if (file.length < file.readUInt32LE(at + 12) + file.readUInt32LE(at + 8)) throw cutOff();
    if (width * height > largest.width * largest.height) largest = { width, height };
  }
  if (count === 0) throw new BrokenPictureError('holds no picture');
  return { ...largest, transparent: true, durationSeconds: null };
}
