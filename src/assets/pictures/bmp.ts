import type { ByteView } from './byte-view.ts';
import { cutOff, type PictureFile } from './picture.ts';

/** Reads a Windows bitmap. @throws {BrokenPictureError | RangeError} */
export async function readBmp(file: ByteView): Promise<PictureFile> {
  const isOld = (await file.u32le(14)) === 12;
  const head = await file.part(0, isOld ? 26 : 34);
  const width = isOld ? head.readUInt16LE(18) : Math.abs(head.readInt32LE(18));
  // A negative height only means that the rows are stored from top to bottom.
  const height = isOld ? head.readUInt16LE(20) : Math.abs(head.readInt32LE(22));
  const bits = head.readUInt16LE(isOld ? 24 : 28);
  const isPlain = isOld || [0, 3].includes(head.readUInt32LE(30));
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (isPlain && file.size < head.readUInt32LE(10) + rowBytes * height) throw cutOff();
  return { width, height, transparent: bits === 32, durationSeconds: null };
}
