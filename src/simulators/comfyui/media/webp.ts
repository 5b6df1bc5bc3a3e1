import type { Made } from '../nodes/node-class.ts';
import { paintPicture } from './picture.ts';

const MOST_FRAMES = 64;

const u24 = (value: number): number[] => [value & 255, (value >> 8) & 255, value >> 16];

function chunk(tag: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(tag, 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

/** An animated WebP: the pictures of a batch one after another. The ffmpeg at hand does not write that format. */
export async function encodeAnimatedWebp(made: Made): Promise<Buffer> {
  const { width = 512, height = 512, count = 1, fps = 6 } = made;
  const size = [...u24(width - 1), ...u24(height - 1)];
  const frames: Buffer[] = [];
  for (let index = 0; index < Math.min(count, MOST_FRAMES); index++) {
    const still = await (await paintPicture(made, width, height, index)).encode('webp');
    const head = Buffer.from([...u24(0), ...u24(0), ...size, ...u24(Math.round(1000 / fps)), 0]);
    frames.push(chunk('ANMF', Buffer.concat([head, still.subarray(still.indexOf('VP8 '))])));
  }
  const head = chunk('VP8X', Buffer.from([0b10, 0, 0, 0, ...size]));
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), head, chunk('ANIM', Buffer.alloc(6)), ...frames]));
}
