import { crc32 } from 'node:zlib';
import { WINDOW_BYTES, type ByteView } from './byte-view.ts';
import { BrokenPictureError, checkFrames, cutOff, frameSeconds, type PictureFile } from './picture.ts';

const SIGNATURE_BYTES = 8;
/** The bytes of a chunk in addition to its content: its length, its name, its checksum. */
const FRAME_BYTES = 12;

async function checksum(file: ByteView, from: number, to: number): Promise<number> {
  let sum = 0;
  for (let at = from; at < to; at += WINDOW_BYTES)
    sum = crc32(await file.part(at, Math.min(WINDOW_BYTES, to - at)), sum);
  return sum;
}

/**
 * Reads a PNG, animated or not. Checks every chunk, because browsers draw a damaged PNG partly without an error.
 * @throws {BrokenPictureError | RangeError}
 */
export async function readPng(file: ByteView): Promise<PictureFile> {
  const picture: PictureFile = { width: 0, height: 0, transparent: false, durationSeconds: null };
  let name = '';
  let hasPicture = false;
  let frames = 0;
  for (let at = SIGNATURE_BYTES; name !== 'IEND';) {
    const length = await file.u32be(at);
    name = (await file.part(at + 4, 4)).toString('latin1');
    const start = at + 8;
    if (start + length + 4 > file.size) throw cutOff();
    if ((await checksum(file, at + 4, start + length)) !== (await file.u32be(start + length)))
      throw new BrokenPictureError('is damaged: a checksum in it is wrong');
    hasPicture ||= name === 'IDAT' && length > 0;
    if (name === 'IHDR') {
      picture.width = await file.u32be(start);
      picture.height = await file.u32be(start + 4);
      picture.transparent = ((await file.u8(start + 9)) & 4) !== 0;
    }
    if (name === 'tRNS') picture.transparent = true;
    if (name === 'acTL' && (await file.u32be(start)) > 1) picture.durationSeconds = 0;
    if (name === 'fcTL') checkFrames(++frames);
    if (name === 'fcTL' && picture.durationSeconds !== null) {
      const hundredths = (await file.u16be(start + 22)) || 100;
      picture.durationSeconds += frameSeconds((1000 * (await file.u16be(start + 20))) / hundredths);
    }
    at += FRAME_BYTES + length;
  }
  if (!hasPicture) throw new BrokenPictureError('contains no picture');
  return picture;
}
