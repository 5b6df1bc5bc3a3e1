import type { Made } from '../nodes/node-class.ts';
import { seedOf } from './seed.ts';

const MOST_FRAMES = 64;

const u24 = (value: number): number[] => [value & 255, (value >> 8) & 255, value >> 16];

function chunk(tag: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(tag, 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

/** A lossless picture of one colour: each of its codes has a single symbol, so that pixels take no bits at all. */
function solid(width: number, height: number, colour: number): Buffer {
  const bits: number[] = [];
  const put = (value: number, count: number): void => {
    for (let bit = 0; bit < count; bit++) bits.push((value >> bit) & 1);
  };
  put(0x2f, 8);
  put(width - 1, 14);
  put(height - 1, 14);
  // No alpha, version 0, no transform, no colour cache, one group of codes.
  put(0, 1 + 3 + 1 + 1 + 1);
  for (const symbol of [(colour >> 8) & 255, colour >> 16, colour & 255, 255]) {
    put(0b101, 3);
    put(symbol, 8);
  }
  put(0b001, 3);
  put(0, 1);
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (bit << (index & 7));
  return chunk('VP8L', bytes);
}

/** An animated WebP whose frames are plain colours; nothing here encodes real ones. */
export function encodeAnimatedWebp(made: Made): Buffer {
  const { width = 512, height = 512, count = 1, fps = 6 } = made;
  const size = [...u24(width - 1), ...u24(height - 1)];
  const frames = Array.from({ length: Math.min(count, MOST_FRAMES) }, (_, index) =>
    chunk(
      'ANMF',
      Buffer.concat([
        Buffer.from([...u24(0), ...u24(0), ...size, ...u24(Math.round(1000 / fps)), 0]),
        solid(width, height, made.colour ?? seedOf(made, index) & 0xffffff),
      ]),
    ),
  );
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    chunk('VP8X', Buffer.from([0b10, 0, 0, 0, ...size])),
    chunk('ANIM', Buffer.alloc(6)),
    ...frames,
  ]);
  return chunk('RIFF', body);
}
