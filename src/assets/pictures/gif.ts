import type { ByteView } from './byte-view.ts';
import { BrokenPictureError, checkFrames, frameSeconds, type PictureFile } from './picture.ts';

const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1));

/** Skips a row of sub-blocks, each preceded by its length. @returns the place of the next block. */
async function skipSubBlocks(file: ByteView, from: number): Promise<number> {
  // Many at a time: a large GIF has a hundred thousand of them in a row.
  for (let at = from; ;) {
    const part = await file.rest(at);
    let next = 0;
    while (next < part.length) {
      const length = part.readUInt8(next);
      if (length === 0) return at + next + 1;
      next += length + 1;
    }
    at += next;
  }
}

/** Reads a GIF to its end. @throws {BrokenPictureError | RangeError} */
export async function readGif(file: ByteView): Promise<PictureFile> {
  let transparent = false;
  let frames = 0;
  let seconds = 0;
  let delay = 0;
  let at = 13 + tableBytes(await file.u8(10));
  for (let block = await file.u8(at); block !== 0x3b; block = await file.u8(at)) {
    if (block === 0x21) {
      if ((await file.u8(at + 1)) === 0xf9) {
        transparent ||= ((await file.u8(at + 3)) & 1) === 1;
        delay = (await file.u16le(at + 4)) * 10;
      }
      at = await skipSubBlocks(file, at + 2);
    } else if (block === 0x2c) {
      frames += 1;
      checkFrames(frames);
      seconds += frameSeconds(delay);
      delay = 0;
      at = await skipSubBlocks(file, at + 11 + tableBytes(await file.u8(at + 9)));
    } else throw new BrokenPictureError('is damaged: it contains a block of an unknown kind');
  }
  if (frames === 0) throw new BrokenPictureError('contains no picture');
  const [width, height] = [await file.u16le(6), await file.u16le(8)];
  return { width, height, transparent, durationSeconds: frames > 1 ? seconds : null };
}
