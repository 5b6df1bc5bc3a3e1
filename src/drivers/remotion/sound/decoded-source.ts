import { open, stat } from 'node:fs/promises';
import { SAMPLE_RATE } from './sample-clock.ts';

/**
 * Decoded sound is stored at a quarter of its level, because compressed files often peak above full scale, which 24
 * bits would clip.
 */
export const HEADROOM = 4;

const SAMPLE_BYTES = 3;
const SCALE = HEADROOM / 2 ** 23;

/**
 * A part of a source as a file of 24-bit samples at 48 kHz, {@link HEADROOM} times quieter than the source: a WAV file,
 * or raw samples.
 */
export interface DecodedSource {
  file: string;
  /** The offset of its samples in the file, in bytes. */
  dataAt: number;
  channels: 1 | 2;
  /** The range of samples of the source that it contains. */
  from: number;
  to: number;
}

/** Fills `bytes` from an offset in a file, up to the end of the file; closes the file. */
async function readAt(file: string, bytes: Buffer, at: number): Promise<number> {
  const handle = await open(file);
  try {
    return (await handle.read(bytes, 0, bytes.length, at)).bytesRead;
  } finally {
    await handle.close();
  }
}

/**
 * Opens a WAV file of the bundled ffmpeg. Its length is taken from the file size, because a WAV header cannot store
 * lengths above 4 GB.
 */
export async function openDecoded(file: string, from: number): Promise<DecodedSource> {
  const header = Buffer.alloc(256);
  const bytesRead = await readAt(file, header, 0);
  const dataAt = header.indexOf('data', 0, 'latin1') + 8;
  if (dataAt < 8 || bytesRead < dataAt) throw new Error(`${file} is not a WAV file`);
  const channels = header.readUInt16LE(22) === 1 ? 1 : 2;
  const { size } = await stat(file);
  return { file, dataAt, channels, from, to: from + Math.floor((size - dataAt) / (SAMPLE_BYTES * channels)) };
}

/** Samples of both sides; for mono, both are the same array. */
export type Block = readonly [left: Float32Array, right: Float32Array];

/** The number of samples that are read at once. */
export const BLOCK_SAMPLES = SAMPLE_RATE;

/** Reads block `index` of a decoded source, counted from its `from`; the last block is shorter. */
async function readBlock({ file, dataAt, channels }: DecodedSource, index: number): Promise<Block> {
  const frameBytes = SAMPLE_BYTES * channels;
  const bytes = Buffer.allocUnsafe(BLOCK_SAMPLES * frameBytes);
  const bytesRead = await readAt(file, bytes, dataAt + index * bytes.length);
  const samples = Math.floor(bytesRead / frameBytes);
  const side = (offset: number): Float32Array => {
    const out = new Float32Array(samples);
    for (let at = 0; at < samples; at++) out[at] = bytes.readIntLE(at * frameBytes + offset, SAMPLE_BYTES) * SCALE;
    return out;
  };
  const left = side(0);
  return [left, channels === 1 ? left : side(SAMPLE_BYTES)];
}

/** Reads samples of each channel from a place on; silence where the source has none. */
export async function readPart(source: DecodedSource, at: number, samples: number): Promise<Float32Array[]> {
  const { file, dataAt, channels, from, to } = source;
  const frameBytes = SAMPLE_BYTES * channels;
  const [first, last] = [Math.max(at, from), Math.min(at + samples, to)];
  const bytes = Buffer.alloc(Math.max(0, last - first) * frameBytes);
  if (bytes.length > 0) await readAt(file, bytes, dataAt + (first - from) * frameBytes);
  return Array.from({ length: channels }, (_, channel) => {
    const out = new Float32Array(samples);
    for (let frame = 0; frame * frameBytes < bytes.length; frame++)
      out[first - at + frame] = bytes.readIntLE(frame * frameBytes + channel * SAMPLE_BYTES, SAMPLE_BYTES) * SCALE;
    return out;
  });
}

const LARGEST = 2 ** 23 - 1;

/** The reverse: converts one or two channels into bytes of a {@link DecodedSource}. */
export function samplesToBytes(channels: readonly Float32Array[]): Buffer {
  const frameBytes = SAMPLE_BYTES * channels.length;
  const bytes = Buffer.alloc((channels[0]?.length ?? 0) * frameBytes);
  for (const [channel, samples] of channels.entries())
    for (let frame = 0; frame < samples.length; frame++) {
      const value = Math.round((samples[frame] ?? 0) / SCALE);
      const cut = Math.min(LARGEST, Math.max(-LARGEST, value));
      bytes.writeIntLE(cut, frame * frameBytes + channel * SAMPLE_BYTES, SAMPLE_BYTES);
    }
  return bytes;
}

export type ReadBlock = (source: DecodedSource, index: number) => Promise<Block>;

/** 25 MB. */
const KEPT = 64;

/** Creates a reader that caches the blocks used last, because loops and neighbouring clips read them again. */
export function createBlockReader(): ReadBlock {
  const kept = new Map<string, Block>();
  return async (source, index) => {
    const key = `${index}:${source.file}`;
    const block = kept.get(key) ?? (await readBlock(source, index));
    kept.delete(key);
    kept.set(key, block);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return block;
  };
}
