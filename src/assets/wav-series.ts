import { FORMAT_BYTES, isOpenSize, readFormat, type WavFormat } from './wav.ts';

/** One of several consecutive WAV files. */
export interface WavPart extends WavFormat {
  /** The content of its `fmt ` chunk. */
  formatChunk: Buffer;
  data: Buffer;
}

/** Why consecutive WAV files cannot be read completely. */
export interface WavProblem {
  problem: string;
}

/** Chunks that may follow the samples and contain no sound. */
const KNOWN_CHUNKS = new Set(
  (
    'LIST|id3 |ID3 |cue |smpl|fact|bext|iXML|JUNK|junk|PAD |FLLR|inst|note|labl|ltxt|plst|PEAK|afsp|axml|chna|C2PA|' +
    '_PMX|acid|umid|levl|DISP|cart'
  ).split('|'),
);
const HEADERS = new Set(['RIFF', 'RF64', 'BW64', 'RIFX']);
const HEADER_BYTES = 12;
const CHUNK_BYTES = 8;
/** The distance from the end in which chunks after samples of open length are searched. */
const LONGEST_TRAILER = 64 * 1024;

const word = (bytes: Buffer, at: number): string => bytes.toString('latin1', at, at + 4);

/**
 * The place of the next WAV file at or after `from`; -1 if there is none. These eight bytes practically never occur in
 * sound.
 */
export function nextWav(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf('WAVE', from + 8, 'latin1'); at !== -1; at = bytes.indexOf('WAVE', at + 4, 'latin1'))
    if (HEADERS.has(word(bytes, at - 8))) return at - 8;
  return -1;
}

/** Zeros, which are silence, and line breaks can be skipped without loss. */
const isPadding = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0 || byte === 10 || byte === 13);

/** The end of samples of open length: before a chunk that ends exactly at the end of the file. */
function openEnd(file: Buffer, from: number): number {
  for (const name of ['LIST', 'id3 ']) {
    const at = file.lastIndexOf(name, file.length, 'latin1');
    if (at < from || at < file.length - LONGEST_TRAILER || at + CHUNK_BYTES > file.length) continue;
    const size = file.readUInt32LE(at + 4);
    const end = at + CHUNK_BYTES + size;
    if (end === file.length || end + (size % 2) === file.length) return at;
  }
  return file.length;
}

/** @param rowBytes the bytes of this file and all later ones, because some writers declare the total length */
function readOne(file: Buffer, rowBytes: number): WavPart | WavProblem {
  if (word(file, 0) === 'RIFX') return { problem: 'a WAV file of the kind RIFX, which is not supported' };
  let formatChunk: Buffer | undefined;
  let longSize: number | undefined;
  const data: Buffer[] = [];
  let at = HEADER_BYTES;
  while (at + CHUNK_BYTES <= file.length) {
    const name = word(file, at);
    const size = file.readUInt32LE(at + 4);
    const start = at + CHUNK_BYTES;
    if (data.length > 0 && name !== 'data' && !KNOWN_CHUNKS.has(name)) break;
    if (name === 'fmt ' && size >= FORMAT_BYTES && start + FORMAT_BYTES <= file.length)
      formatChunk = file.subarray(start, start + size);
    if (name === 'ds64' && size >= 16 && start + 16 <= file.length) longSize = Number(file.readBigUInt64LE(start + 8));
    at = start + size;
    if (name === 'data' && formatChunk !== undefined) {
      const declared = size === 0xffffffff && longSize !== undefined ? longSize : size;
      const isOpen = isOpenSize(declared);
      const isOfAll = file.length < rowBytes && Math.abs(start + declared - rowBytes) <= 1;
      if (!isOpen && !isOfAll && start + declared > file.length)
        return { problem: `an incomplete WAV file, ${file.length - start} of ${declared} bytes` };
      at = isOpen || isOfAll ? openEnd(file, start) : start + declared;
      data.push(file.subarray(start, at));
    }
    // Not every writer pads an odd chunk.
    const follows = (place: number): boolean => {
      const next = word(file, place);
      return next === 'data' || next === 'fmt ' || KNOWN_CHUNKS.has(next);
    };
    if (at % 2 === 1 && !(follows(at) && !follows(at + 1))) at += 1;
  }
  if (formatChunk === undefined || data.length === 0) return { problem: 'a WAV file without samples' };
  if (at < file.length && !isPadding(file.subarray(at)))
    return { problem: `a WAV file with ${file.length - at} unknown bytes after its samples` };
  const all = data.length === 1 && data[0] !== undefined ? data[0] : Buffer.concat(data);
  return { ...readFormat(formatChunk), formatChunk, data: all };
}

/**
 * Splits consecutive WAV files, which some servers send with one file for each part of a text. The bytes must begin
 * with a WAV file. It skips nothing: an incomplete or unknown part is an error for the whole.
 */
export function readWavSeries(bytes: Buffer): WavPart[] | WavProblem {
  const parts: WavPart[] = [];
  for (let from = 0; from !== -1;) {
    const next = nextWav(bytes, from + HEADER_BYTES);
    const part = readOne(bytes.subarray(from, next === -1 ? bytes.length : next), bytes.length - from);
    if ('problem' in part) return part;
    parts.push(part);
    from = next;
  }
  return parts;
}

/** A separate WAV file with this sound. */
export function wavFileOf(formatChunk: Buffer, data: Buffer): Buffer {
  const riff = Buffer.from('RIFF\0\0\0\0WAVEfmt \0\0\0\0', 'latin1');
  const padding = Buffer.alloc(formatChunk.length % 2);
  riff.writeUInt32LE(20 + formatChunk.length + padding.length + data.length, 4);
  riff.writeUInt32LE(formatChunk.length, 16);
  const head = Buffer.from('data\0\0\0\0', 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([riff, formatChunk, padding, head, data]);
}
