import { crc32 } from 'node:zlib';
import { BrokenPictureError, frameSeconds, type Picture } from './picture.ts';

const SIGNATURE_BYTES = 8;
/** Of a chunk: its length, its name, its checksum. */
const FRAME_BYTES = 12;

/**
 * Reads a PNG, animated or not. Checks every chunk: a browser paints a damaged one in part and says nothing.
 * @throws {BrokenPictureError | RangeError}
 */
export function readPng(file: Buffer): Picture {
  const picture: Picture = { width: 0, height: 0, transparent: false, durationSeconds: null };
  let name = '';
  for (let at = SIGNATURE_BYTES; name !== 'IEND';) {
    const length = file.readUInt32BE(at);
    name = file.toString('latin1', at + 4, at + 8);
    const start = at + 8;
    if (file.readUInt32BE(start + length) !== crc32(file.subarray(at + 4, start + length)))
      throw new BrokenPictureError('is damaged: a checksum in it is wrong');
    if (name === 'IHDR') {
      picture.width = file.readUInt32BE(start);
      picture.height = file.readUInt32BE(start + 4);
      picture.transparent = (file.readUInt8(start + 9) & 4) !== 0;
    }
    if (name === 'tRNS') picture.transparent = true;
    if (name === 'acTL' && file.readUInt32BE(start) > 1) picture.durationSeconds = 0;
    if (name === 'fcTL' && picture.durationSeconds !== null) {
      const hundredths = file.readUInt16BE(start + 22) || 100;
      picture.durationSeconds += frameSeconds((1000 * file.readUInt16BE(start + 20)) / hundredths);
    }
    at += FRAME_BYTES + length;
  }
  return picture;
}
