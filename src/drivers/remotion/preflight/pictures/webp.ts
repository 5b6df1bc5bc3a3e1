import { BrokenPictureError, cutOff, frameSeconds, type Picture } from './picture.ts';

const ALPHA = 0x10;
const ANIMATED = 0x02;

/** Reads a WebP, animated or not. @throws {BrokenPictureError | RangeError} */
export function readWebp(file: Buffer): Picture {
  const end = file.readUInt32LE(4) + 8;
  if (file.length < end) throw cutOff();
  let picture: Picture | undefined;
  for (let at = 12; at + 8 <= end;) {
    const name = file.toString('latin1', at, at + 4);
    const length = file.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === 'VP8X') {
      const flags = file.readUInt8(start);
      const [width, height] = [file.readUIntLE(start + 4, 3) + 1, file.readUIntLE(start + 7, 3) + 1];
      picture = { width, height, transparent: (flags & ALPHA) !== 0, durationSeconds: flags & ANIMATED ? 0 : null };
    }
    if (name === 'VP8 ') {
      const [width, height] = [file.readUInt16LE(start + 6) & 0x3fff, file.readUInt16LE(start + 8) & 0x3fff];
      picture ??= { width, height, transparent: false, durationSeconds: null };
    }
    if (name === 'VP8L') {
      const bits = file.readUInt32LE(start + 1);
      const [width, height] = [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
      picture ??= { width, height, transparent: ((bits >>> 28) & 1) === 1, durationSeconds: null };
    }
    if (name === 'ANMF' && picture?.durationSeconds !== null && picture !== undefined)
      picture.durationSeconds += frameSeconds(file.readUIntLE(start + 12, 3));
    at = start + length + (length % 2);
  }
  if (picture === undefined) throw new BrokenPictureError('holds no picture');
  return picture;
}
