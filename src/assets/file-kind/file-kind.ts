import { open, type FileHandle } from 'node:fs/promises';
import { media, picture, UNKNOWN, type Demuxer, type FileKind } from './kinds.ts';
import { bySignature } from './signatures.ts';
import { framesAtStart, framesWithin } from './sound-frames.ts';
import { hasSvgRoot, isPage } from './svg-root.ts';
import { decodeText, isText, looksLikeJson } from './text.ts';

export type { Demuxer, FileKind, PictureFormat } from './kinds.ts';

/** The number of bytes that are read. */
export const HEAD_BYTES = 32_768;

const TAG_HEADER = 10;
const MOST_TAGS = 16;
/** The kinds that may follow an ID3 tag. */
const TAGGED: ReadonlySet<Demuxer> = new Set(['mp3', 'aac', 'flac', 'ac3', 'eac3', 'wav', 'ogg']);

/** The length of the ID3v2 tag that begins here; 0 if there is none. */
function tagBytes(head: Buffer): number {
  if (head.length < TAG_HEADER || head.toString('latin1', 0, 3) !== 'ID3') return 0;
  const size = head.subarray(6, TAG_HEADER).reduce((sum, byte) => sum * 128 + (byte & 127), 0);
  const hasFooter = (head.readUInt8(5) & 0x10) !== 0;
  return TAG_HEADER + size + (hasFooter ? TAG_HEADER : 0);
}

function soundOf(demuxer: Demuxer | undefined): FileKind | undefined {
  return demuxer === undefined ? undefined : media(demuxer);
}

/** The kind of a file without a signature, from its text. */
function textKind(head: Buffer): FileKind | undefined {
  const text = decodeText(head);
  if (hasSvgRoot(text)) return picture('svg');
  if (isPage(text)) return { family: 'text', name: 'an HTML page' };
  if (!isText(head)) return undefined;
  return { family: 'text', name: looksLikeJson(text) ? 'JSON' : 'text' };
}

function untagged(head: Buffer): FileKind {
  return bySignature(head) ?? soundOf(framesAtStart(head)) ?? textKind(head) ?? soundOf(framesWithin(head)) ?? UNKNOWN;
}

function behindTag(head: Buffer): FileKind {
  const kind = untagged(head);
  return kind.family === 'media' && TAGGED.has(kind.demuxer) ? kind : UNKNOWN;
}

const headOf = (bytes: Buffer): Buffer => bytes.subarray(0, HEAD_BYTES);

/**
 * Determines the kind of a file from all its bytes, or from the first {@link HEAD_BYTES} if it has no ID3 tag. It
 * ignores names and declared types. Data without a signature, such as raw samples, are unknown.
 */
export function kindOf(bytes: Uint8Array): FileKind {
  let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let tags = 0;
  for (let length = tagBytes(rest); length > 0 && tags < MOST_TAGS; length = tagBytes(rest), tags++)
    rest = rest.subarray(length);
  return tags === 0 ? untagged(headOf(rest)) : behindTag(headOf(rest));
}

async function readAt(handle: FileHandle, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, position);
  return buffer.subarray(0, bytesRead);
}

/** {@link kindOf} for a file. Reads its beginning, and the bytes after its ID3 tags. */
export async function kindOfFile(file: string): Promise<FileKind> {
  const handle = await open(file);
  try {
    let at = 0;
    let tags = 0;
    let head = await readAt(handle, at);
    for (let length = tagBytes(head); length > 0 && tags < MOST_TAGS; length = tagBytes(head), tags++) {
      at += length;
      head = await readAt(handle, at);
    }
    return tags === 0 ? untagged(head) : behindTag(head);
  } finally {
    await handle.close();
  }
}
