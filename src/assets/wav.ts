/** The sound of a WAV file. */
export interface Wav {
  sampleRate: number;
  channels: number;
  bitsPerSample: number;
  /** Whether the samples are plain integers. */
  isPcm: boolean;
  data: Buffer;
  /** What the header says that `data` has; more than it has when the file is torn. Null where the writer left it open. */
  declaredBytes: number | null;
}

const PCM = 1;
const EXTENSIBLE = 0xfffe;
/** Sizes that streaming writers leave in the header. */
const OPEN_SIZES = new Set([0, 0xffffffff]);

export const isWav = (file: Buffer): boolean =>
  file.length >= 12 && file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 8, 12) === 'WAVE';

/** Walks the chunks of a WAV file. Undefined when it is not one, or ends before its samples begin. */
export function parseWav(file: Buffer): Wav | undefined {
  if (!isWav(file)) return undefined;
  let format: Omit<Wav, 'data' | 'declaredBytes'> | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === 'fmt ' && start + 16 <= file.length) {
      const tag = file.readUInt16LE(start);
      const real = tag === EXTENSIBLE && start + 26 <= file.length ? file.readUInt16LE(start + 24) : tag;
      format = {
        isPcm: real === PCM,
        channels: file.readUInt16LE(start + 2),
        sampleRate: file.readUInt32LE(start + 4),
        bitsPerSample: file.readUInt16LE(start + 14),
      };
    }
    if (name === 'data' && format !== undefined) {
      const open = OPEN_SIZES.has(size);
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
