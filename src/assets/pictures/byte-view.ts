import type { FileHandle } from 'node:fs/promises';
import { BrokenPictureError } from './picture.ts';

/** The bytes of a file, of which only a small part is in memory at a time. */
export interface ByteView {
  readonly size: number;
  /**
   * A complete part of the file. @throws {RangeError} if it extends beyond the end. @throws {BrokenPictureError} if it
   * was asked for too many parts; so do the others.
   */
  part(at: number, length: number): Promise<Buffer>;
  /** The bytes from a place on that are in memory: one at least. */
  rest(at: number): Promise<Buffer>;
  u8(at: number): Promise<number>;
  u16le(at: number): Promise<number>;
  u16be(at: number): Promise<number>;
  u32le(at: number): Promise<number>;
  u32be(at: number): Promise<number>;
}

/** The size of one read. The event loop gets a turn after each read. */
export const WINDOW_BYTES = 65_536;
/** Larger parts are refused, whatever a file claims to need. */
const MOST_AT_ONCE = 4 * 2 ** 20;
/**
 * How many parts of a file are looked at. A PNG of 512 MiB in chunks of 8 KiB needs 262,144, which take seconds. A file
 * that needs more consists of tiny parts, and would keep its reader busy for hours.
 */
export const MOST_PARTS = 400_000;

type Read = (at: number, length: number) => Promise<Buffer>;

function createView(size: number, read: Read): ByteView {
  let from = 0;
  let window: Buffer = Buffer.alloc(0);
  let parts = 0;
  const part = async (at: number, length: number): Promise<Buffer> => {
    if (at < 0 || at + length > size || length > MOST_AT_ONCE) throw new RangeError(`no ${length} bytes at ${at}`);
    parts += 1;
    if (parts > MOST_PARTS) throw new BrokenPictureError('consists of too many parts');
    if (at < from || at + length > from + window.length) {
      window = await read(at, Math.min(size - at, Math.max(length, WINDOW_BYTES)));
      from = at;
      // The file has become shorter meanwhile.
      if (window.length < length) throw new RangeError(`no ${length} bytes at ${at}`);
    }
    return window.subarray(at - from, at - from + length);
  };
  return {
    size,
    part,
    rest: async (at) => {
      await part(at, 1);
      return window.subarray(at - from);
    },
    u8: async (at) => (await part(at, 1)).readUInt8(),
    u16le: async (at) => (await part(at, 2)).readUInt16LE(),
    u16be: async (at) => (await part(at, 2)).readUInt16BE(),
    u32le: async (at) => (await part(at, 4)).readUInt32LE(),
    u32be: async (at) => (await part(at, 4)).readUInt32BE(),
  };
}

/** @param signal checked before each read */
export function viewOfFile(handle: FileHandle, size: number, signal?: AbortSignal): ByteView {
  return createView(size, async (at, length) => {
    signal?.throwIfAborted();
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, at);
    return buffer.subarray(0, bytesRead);
  });
}

export const viewOf = (bytes: Buffer): ByteView =>
  createView(bytes.length, (at, length) => Promise.resolve(bytes.subarray(at, at + length)));
