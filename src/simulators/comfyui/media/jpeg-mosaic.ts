/**
 * A JPEG whose 8×8 blocks have one colour each: with nothing but mean values to write, the encoder is small, and it looks like the
 * previews that samplers show.
 */

/** Huffman codes of the lengths 0 to 11 of a mean's difference; all may be four bits long. */
const LENGTH_CODE_BITS = 4;
const QUANTUM = 8;

const marker = (code: number, ...bytes: number[]): number[] => [
  0xff,
  code,
  (bytes.length + 2) >> 8,
  (bytes.length + 2) & 255,
  ...bytes,
];

function header(columns: number, rows: number): Buffer {
  const [width, height] = [columns * 8, rows * 8];
  const lengths = Array.from({ length: 12 }, (_, index) => index);
  return Buffer.from([
    0xff,
    0xd8,
    ...marker(0xe0, ...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0),
    ...marker(0xdb, 0, ...Array.from({ length: 64 }, () => QUANTUM)),
    ...marker(0xc0, 8, height >> 8, height & 255, width >> 8, width & 255, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0),
    ...marker(0xc4, 0x00, 0, 0, 0, 12, ...Array.from({ length: 12 }, () => 0), ...lengths),
    // Of the codes for the other values only "nothing more in this block" is used: one bit.
    ...marker(0xc4, 0x10, 1, ...Array.from({ length: 15 }, () => 0), 0),
    ...marker(0xda, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0),
  ]);
}

/** @param rgb colours of the blocks, row by row. */
export function encodeMosaic(columns: number, rows: number, rgb: Uint8Array): Buffer {
  const bits: string[] = [];
  const last = [0, 0, 0];
  for (let at = 0; at < columns * rows * 3; at += 3) {
    const [r = 0, g = 0, b = 0] = rgb.subarray(at, at + 3);
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    const parts = [luma - 128, (b - luma) * 0.564, (r - luma) * 0.713];
    for (const [part, value] of parts.entries()) {
      const mean = Math.round((value * 8) / QUANTUM);
      const difference = mean - (last[part] ?? 0);
      last[part] = mean;
      const length = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
      bits.push(length.toString(2).padStart(LENGTH_CODE_BITS, '0'));
      if (length > 0)
        bits.push((difference > 0 ? difference : difference + 2 ** length - 1).toString(2).padStart(length, '0'));
      bits.push('0');
    }
  }
  const stream = bits.join('');
  const padded = stream.padEnd(Math.ceil(stream.length / 8) * 8, '1');
  const body: number[] = [];
  for (let at = 0; at < padded.length; at += 8) {
    const byte = Number.parseInt(padded.slice(at, at + 8), 2);
    body.push(byte);
    // A byte of ones would look like a marker.
    if (byte === 0xff) body.push(0);
  }
  return Buffer.concat([header(columns, rows), Buffer.from(body), Buffer.from([0xff, 0xd9])]);
}
