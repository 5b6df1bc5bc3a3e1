const BLOCK = 4096;

export function crc(bytes: readonly number[], width: 8 | 16, polynomial: number): number {
  const top = 1 << (width - 1);
  let value = 0;
  for (const byte of bytes) {
    value ^= byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) value = value & top ? (value << 1) ^ polynomial : value << 1;
    value &= 2 ** width - 1;
  }
  return value;
}

/** Numbers of frames are written like characters in UTF-8. */
const frameNumber = (number: number): number[] => [...Buffer.from(String.fromCodePoint(number))];

function frame(number: number, samples: number, channels: number): number[] {
  const head = [
    0xff,
    0xf8,
    0x70,
    ((channels - 1) << 4) | 0x08,
    ...frameNumber(number),
    (samples - 1) >> 8,
    (samples - 1) & 255,
  ];
  // A constant subframe of 16 bits for each channel.
  const body = [...head, crc(head, 8, 0x07), ...Array.from({ length: channels }, () => [0, 0, 0]).flat()];
  const check = crc(body, 16, 0x8005);
  return [...body, check >> 8, check & 255];
}

/** Silence as FLAC, 16 bits; the ffmpeg at hand does not write that format. */
export function encodeSilentFlac(samples: number, sampleRate: number, channels: number): Buffer {
  const info = Buffer.alloc(34);
  info.writeUInt16BE(BLOCK, 0);
  info.writeUInt16BE(BLOCK, 2);
  info.writeBigUInt64BE(
    (BigInt(sampleRate) << 44n) | (BigInt(channels - 1) << 41n) | (15n << 36n) | BigInt(samples),
    10,
  );
  const frames: Buffer[] = [];
  for (let done = 0; done < samples; done += BLOCK)
    frames.push(Buffer.from(frame(done / BLOCK, Math.min(BLOCK, samples - done), channels)));
  return Buffer.concat([Buffer.from('fLaC'), Buffer.from([0x80, 0, 0, 34]), info, ...frames]);
}
