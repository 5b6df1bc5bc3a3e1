import { cutOff, type Picture } from './picture.ts';

/** Reads a Windows bitmap. @throws {BrokenPictureError | RangeError} */
export function readBmp(file: Buffer): Picture {
  const headerBytes = file.readUInt32LE(14);
  const isOld = headerBytes === 12;
  const width = isOld ? file.readUInt16LE(18) : Math.abs(file.readInt32LE(18));
  // A negative height only means that the rows go downwards.
  const height = isOld ? file.readUInt16LE(20) : Math.abs(file.readInt32LE(22));
  const bits = file.readUInt16LE(isOld ? 24 : 28);
  const isPlain = isOld || [0, 3].includes(file.readUInt32LE(30));
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (isPlain && file.length < file.readUInt32LE(10) + rowBytes * height) throw cutOff();
  return { width, height, transparent: bits === 32, durationSeconds: null };
}
