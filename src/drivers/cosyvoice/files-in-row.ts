import { frameBytes } from '../../assets/file-kind/sound-frames.ts';
import type { Demuxer } from '../../assets/file-kind/file-kind.ts';

type Row = { files: Buffer[] } | { problem: string };

const TORN: Row = { problem: 'an incomplete answer: it ends in the middle of its sound' };
const strange = (bytes: number): Row => ({
  problem: `an answer with ${bytes} unknown bytes after its sound`,
});
/** Zeros and line breaks can be skipped without loss. */
const isPadding = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0 || byte === 10 || byte === 13);

/** The length of a tag of an MP3 file (ID3v2, ID3v1 or APE) at a place where a frame may begin. */
function tagBytes(body: Buffer, at: number): number {
  const name = body.toString('latin1', at, at + 8);
  if (name.startsWith('ID3') && at + 10 <= body.length) {
    const size = body.subarray(at + 6, at + 10).reduce((sum, byte) => sum * 128 + (byte & 127), 0);
    return 10 + size + ((body.readUInt8(at + 5) & 0x10) === 0 ? 0 : 10);
  }
  if (name.startsWith('TAG')) return 128;
  return name === 'APETAGEX' && at + 16 <= body.length ? 32 + body.readUInt32LE(at + 12) : 0;
}

const OGG_HEADER = 27;
const BEGINS_STREAM = 2;

/** Pages of Ogg (RFC 3533). A page that begins a stream, after a page that does not, begins the next file. */
function oggFiles(body: Buffer): Row {
  const files: Buffer[] = [];
  let [from, at, isBegun] = [0, tagBytes(body, 0), false];
  while (at < body.length) {
    if (body.toString('latin1', at, at + 4) !== 'OggS')
      return isPadding(body.subarray(at)) ? { files: [...files, body.subarray(from, at)] } : strange(body.length - at);
    if (at + OGG_HEADER > body.length) return TORN;
    const begins = (body.readUInt8(at + 5) & BEGINS_STREAM) !== 0;
    if (begins && isBegun) {
      files.push(body.subarray(from, at));
      from = at;
    }
    isBegun = !begins;
    const segments = body.subarray(at + OGG_HEADER, at + OGG_HEADER + body.readUInt8(at + 26));
    at += OGG_HEADER + body.readUInt8(at + 26) + segments.reduce((sum, one) => sum + one, 0);
    if (at > body.length) return TORN;
  }
  return { files: [...files, body.subarray(from)] };
}

/** Frames without a container; ffmpeg reads the frames of several files as one file. */
function frames(body: Buffer, demuxer: Demuxer): Row {
  for (let at = 0; at < body.length;) {
    const bytes = frameBytes(body, at, demuxer) ?? tagBytes(body, at);
    if (bytes === 0) return isPadding(body.subarray(at)) ? { files: [body] } : strange(body.length - at);
    at += bytes;
    if (at > body.length) return TORN;
  }
  return { files: [body] };
}

/**
 * The length of the signature at the start of each file of a format, which never occurs inside a file. ffmpeg would
 * read only the first of several files.
 */
const BEGINNINGS: Partial<Record<Demuxer, number>> = { flac: 8, mov: 12, matroska: 8, caf: 8 };

function cutAtBeginnings(body: Buffer, length: number): Row {
  const beginning = body.subarray(0, length);
  const files: Buffer[] = [];
  for (let from = 0; from !== -1;) {
    const next = body.indexOf(beginning, from + length);
    files.push(body.subarray(from, next === -1 ? body.length : next));
    from = next;
  }
  return { files };
}

/** Splits an answer into its files of compressed sound, all of one format; a problem if it contains anything else. */
export function filesInRow(body: Buffer, demuxer: Demuxer): Row {
  if (demuxer === 'ogg') return oggFiles(body);
  if (demuxer === 'mp3' || demuxer === 'aac' || demuxer === 'ac3' || demuxer === 'eac3') return frames(body, demuxer);
  const length = BEGINNINGS[demuxer];
  return length === undefined ? { files: [body] } : cutAtBeginnings(body, length);
}
