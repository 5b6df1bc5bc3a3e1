import type { ByteView } from './byte-view.ts';
import { BrokenPictureError, checkFrames, cutOff, frameSeconds, type PictureFile } from './picture.ts';

const ALPHA = 0x10;
const ANIMATED = 0x02;

/** Reads a WebP, animated or not. @throws {BrokenPictureError | RangeError} */
export async function readWebp(file: ByteView): Promise<PictureFile> {
  const end = (await file.u32le(4)) + 8;
  if (file.size < end) throw cutOff();
  let picture: PictureFile | undefined;
  let frames = 0;
  for (let at = 12; at + 8 <= end;) {
    const name = (await file.part(at, 4)).toString('latin1');
    const length = await file.u32le(at + 4);
    const start = at + 8;
    if (name === 'VP8X') {
      const header = await file.part(start, 10);
      const flags = header.readUInt8();
      const [width, height] = [header.readUIntLE(4, 3) + 1, header.readUIntLE(7, 3) + 1];
      picture = { width, height, transparent: (flags & ALPHA) !== 0, durationSeconds: flags & ANIMATED ? 0 : null };
    }
    if (name === 'VP8 ') {
      const [width, height] = [(await file.u16le(start + 6)) & 0x3fff, (await file.u16le(start + 8)) & 0x3fff];
      picture ??= { width, height, transparent: false, durationSeconds: null };
    }
    if (name === 'VP8L') {
      const bits = await file.u32le(start + 1);
      const [width, height] = [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
      picture ??= { width, height, transparent: ((bits >>> 28) & 1) === 1, durationSeconds: null };
    }
    if (name === 'ANMF') checkFrames(++frames);
    if (name === 'ANMF' && picture?.durationSeconds !== null && picture !== undefined)
      picture.durationSeconds += frameSeconds((await file.part(start + 12, 3)).readUIntLE(0, 3));
    at = start + length + (length % 2);
  }
  if (picture === undefined) throw new BrokenPictureError('contains no picture');
  return picture;
}
