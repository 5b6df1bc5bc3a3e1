import { crc, encodeSilentFlac } from '../../src/simulators/comfyui/media/flac.ts';

const BLOCK = 4096;
/** Magic, header of the block, STREAMINFO. */
const START_BYTES = 42;

function frame(number: number, samples: Buffer): Buffer {
  const last = samples.length / 2 - 1;
  const head = [0xff, 0xf8, 0x70, 0x08, ...Buffer.from(String.fromCodePoint(number)), last >> 8, last & 255];
  // One subframe of samples as they are.
  const body = [...head, crc(head, 8, 0x07), 0x02, ...Buffer.from(samples).swap16()];
  const check = crc(body, 16, 0x8005);
  return Buffer.from([...body, check >> 8, check & 255]);
}

/** 16-bit mono samples as FLAC; the ffmpeg at hand does not write that format. */
export function encodeFlac(samples: Buffer, sampleRate: number): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at < samples.length; at += BLOCK * 2)
    frames.push(frame(frames.length, samples.subarray(at, at + BLOCK * 2)));
  const start = encodeSilentFlac(samples.length / 2, sampleRate, 1).subarray(0, START_BYTES);
  return Buffer.concat([start, ...frames]);
}
