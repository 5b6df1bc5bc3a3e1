import { FORMAT_BYTES, isOpenSize, readFormat, type WavFormat } from './wav.ts';

/** One of several WAV files in a row. */
export interface WavPart extends WavFormat {
  /** The content of its chunk `fmt `. */
  formatChunk: Buffer;
  data: Buffer;
}

/** Why a row of WAV files cannot be read as a whole. */
export interface WavProblem {
  problem: string;
}

/** What may follow the samples; none of it is sound. */
const KNOWN_CHUNKS = new Set(
  (
    'LIST|id3 |ID3 |cue |smpl|fact|bext|iXML|JUNK|junk|PAD |FLLR|inst|note|labl|ltxt|plst|PEAK|afsp|axml|chna|C2PA|' +
    '_PMX|acid|umid|levl|DISP|cart'
  ).split('|'),
);
const HEADERS = new Set(['RIFF', 'RF64', 'BW64', 'RIFX']);
const HEADER_BYTES = 12;
const CHUNK_BYTES = 8;
/** Chunks behind samples of open length are searched for this near to the end. */
const LONGEST_TRAILER = 64 * 1024;

const word = (bytes: Buffer, at: number): string => bytes.toString('latin1', at, at + 4);

/** Where the next WAV file begins at `from` or after it; -1: nowhere. Sound holds these eight bytes by no chance. */
export function nextWav(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf('WAVE', from + 8, 'latin1'); at !== -1; at = bytes.indexOf('WAVE', at + 4, 'latin1'))
    if (HEADERS.has(word(bytes, at - 8))) return at - 8;
  return -1;
}

/** Nothing is lost with zeros, which are silence, or with a line break. */
const isPadding = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0 || byte === 10 || byte === 13);

/** Where samples of open length end: before a chunk that reaches exactly to the end of the file. */
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

/** @param rowBytes of this file and all behind it: some writers declare the length of all */
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
    // Not every writer fills an odd chunk up.
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
 * All WAV files of a row of them, as servers send that answer with one for each part of a text. Bytes must begin with one.
 * Nothing is left out: what is torn or not understood makes a problem of the whole.
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

/** A file of its own with this sound. */
export function wavFileOf(formatChunk: Buffer, data: Buffer): Buffer {
  const riff = Buffer.from('RIFF\0\0\0\0WAVEfmt \0\0\0\0', 'latin1');
  const padding = Buffer.alloc(formatChunk.length % 2);
  riff.writeUInt32LE(20 + formatChunk.length + padding.length + data.length, 4);
  riff.writeUInt32LE(formatChunk.length, 16);
  const head = Buffer.from('data\0\0\0\0', 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([riff, formatChunk, padding, head, data]);
}
