export interface WavFormat {
  sampleRate: number;
  channels: number;
  bitsPerSample: number;
  /** Whether the samples are plain integers. */
  isPcm: boolean;
}

/** The sound of a WAV file. */
export interface Wav extends WavFormat {
  data: Buffer;
  /**
   * The length of `data` in the header, which is more than the real length if the file is incomplete. Null if the
   * writer declared none.
   */
  declaredBytes: number | null;
}

const PCM = 1;
const EXTENSIBLE = 0xfffe;
/**
 * Five hours of samples. Streaming writers put an impossible length into the header: 0xFFFFFFFF, 0x7FFFF000,
 * 2,000,000,000.
 */
const MOST_BYTES = 1_000_000_000;

/** Whether a declared length of samples means "up to the end". */
export const isOpenSize = (size: number): boolean => size === 0 || size > MOST_BYTES;

export const isWav = (file: Buffer): boolean =>
  file.length >= 12 && file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 8, 12) === 'WAVE';

/** The least length of a `fmt ` chunk. */
export const FORMAT_BYTES = 16;

/** Parses a `fmt ` chunk. @param chunk at least {@link FORMAT_BYTES} bytes */
export function readFormat(chunk: Buffer): WavFormat {
  const tag = chunk.readUInt16LE(0);
  const real = tag === EXTENSIBLE && chunk.length >= 26 ? chunk.readUInt16LE(24) : tag;
  return {
    isPcm: real === PCM,
    channels: chunk.readUInt16LE(2),
    sampleRate: chunk.readUInt32LE(4),
    bitsPerSample: chunk.readUInt16LE(14),
  };
}

/** Reads the chunks of a WAV file. Undefined if it is not a WAV file, or ends before its samples begin. */
export function parseWav(file: Buffer): Wav | undefined {
  if (!isWav(file)) return undefined;
  let format: WavFormat | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === 'fmt ' && size >= FORMAT_BYTES && start + FORMAT_BYTES <= file.length) {
      format = readFormat(file.subarray(start, start + size));
    }
    if (name === 'data' && format !== undefined) {
      const open = isOpenSize(size);
      const data = open ? file.subarray(start) : file.subarray(start, start + size);
      return { ...format, data, declaredBytes: open ? null : size };
    }
    at = start + size + (size % 2);
  }
  return undefined;
}

export const WAV_HEADER_BYTES = 44;

/** The header of a WAV file of 16-bit mono samples. */
export function wavHeader(dataBytes: number, sampleRate: number): Buffer {
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(PCM, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
