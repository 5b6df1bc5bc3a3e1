import type { Demuxer } from './kinds.ts';

/** A frame of sound without a container. Consecutive frames have the same `stamp`. */
interface Frame {
  bytes: number;
  stamp: string;
}
type ReadFrame = (data: Buffer, at: number) => Frame | undefined;

/** Kilobits a second, by `version layer`. ffmpeg plays no frames with index 0 (free) or 15 (forbidden). */
const BITRATES: Readonly<Record<string, readonly number[]>> = {
  '1 1': [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1 2': [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1 3': [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2 1': [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2 2': [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2 3': [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
/** By the two bits of the version: 2.5, forbidden, 2, 1. */
const RATES = [[11_025, 12_000, 8000], [], [22_050, 24_000, 16_000], [44_100, 48_000, 32_000]];

/** ISO 11172-3 and 13818-3, layers I to III. */
const mpegFrame: ReadFrame = (data, at) => {
  if (data.length < at + 4 || data[at] !== 0xff) return undefined;
  const [second, third] = [data.readUInt8(at + 1), data.readUInt8(at + 2)];
  if ((second & 0xe0) !== 0xe0) return undefined;
  const [versionBits, layer] = [(second >> 3) & 3, 4 - ((second >> 1) & 3)];
  const version = versionBits === 3 ? 1 : 2;
  const kilobits = BITRATES[`${version} ${layer}`]?.[(third >> 4) - 1];
  const rate = RATES[versionBits]?.[(third >> 2) & 3];
  if (kilobits === undefined || rate === undefined) return undefined;
  const padding = (third >> 1) & 1;
  const slots = layer === 1 ? 12 : layer === 3 && version === 2 ? 72 : 144;
  const bytes = (Math.floor((slots * kilobits * 1000) / rate) + padding) * (layer === 1 ? 4 : 1);
  return { bytes, stamp: `${versionBits} ${layer} ${rate}` };
};

/** ISO 13818-7. */
const adtsFrame: ReadFrame = (data, at) => {
  if (data.length < at + 7 || data[at] !== 0xff) return undefined;
  const [second, third] = [data.readUInt8(at + 1), data.readUInt8(at + 2)];
  const rateIndex = (third >> 2) & 15;
  if ((second & 0xf6) !== 0xf0 || rateIndex > 12) return undefined;
  const bytes = (data.readUIntBE(at + 3, 3) >> 5) & 0x1fff;
  return bytes < 8 ? undefined : { bytes, stamp: `${second} ${third}` };
};

const AC3_KILOBITS = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];
const AC3_RATES = [48_000, 44_100, 32_000];
/** From here on bitstreams are E-AC-3. */
const LEAST_EAC3 = 11;

/** ETSI TS 102 366. */
const dolbyFrame =
  (isEnhanced: boolean): ReadFrame =>
  (data, at) => {
    if (data.length < at + 6 || data.readUInt16BE(at) !== 0x0b77) return undefined;
    const bitstream = data.readUInt8(at + 5) >> 3;
    if (bitstream > 16 || bitstream >= LEAST_EAC3 !== isEnhanced) return undefined;
    if (isEnhanced) return { bytes: ((data.readUInt16BE(at + 2) & 0x7ff) + 1) * 2, stamp: String(bitstream) };
    const code = data.readUInt8(at + 4);
    const [rate, kilobits] = [AC3_RATES[code >> 6], AC3_KILOBITS[(code & 63) >> 1]];
    if (rate === undefined || kilobits === undefined) return undefined;
    // 1536 samples; at 44.1 kHz every second frame is a word longer.
    const words = Math.floor((kilobits * 1000 * 96) / rate) + (rate === 44_100 ? code & 1 : 0);
    return { bytes: words * 2, stamp: `${bitstream} ${rate}` };
  };

const READERS: readonly [Demuxer, ReadFrame][] = [
  ['aac', adtsFrame],
  ['mp3', mpegFrame],
  ['ac3', dolbyFrame(false)],
  ['eac3', dolbyFrame(true)],
];

/** Whether at least `least` frames follow each other, or fewer until the end of the data. */
function isRow(data: Buffer, from: number, read: ReadFrame, least: number): boolean {
  let at = from;
  const first = read(data, from);
  for (let frame = first, count = 0; frame !== undefined && frame.stamp === first?.stamp; frame = read(data, at)) {
    at += frame.bytes;
    count += 1;
    if (count === least) return true;
    if (from === 0 && (at === data.length || data.toString('latin1', at, at + 3) === 'TAG')) return true;
  }
  return false;
}

/** The length of the frame that begins here; undefined if there is none. */
export const frameBytes = (data: Buffer, at: number, demuxer: Demuxer): number | undefined =>
  READERS.find(([name]) => name === demuxer)?.[1](data, at)?.bytes;

const ROW = 3;
/** A row that does not begin at the start must be longer, to exclude chance. */
const LATER_ROW = 5;

/** Sound without a container that begins at the start. */
export const framesAtStart = (data: Buffer): Demuxer | undefined =>
  READERS.find(([, read]) => isRow(data, 0, read, ROW))?.[0];

/** Sound without a container that begins later: after padding, or after a partial frame, as in recorded radio. */
export function framesWithin(data: Buffer): Demuxer | undefined {
  for (let at = 0; at + 4 < data.length; at++) {
    const byte = data[at];
    if (byte !== 0xff && byte !== 0x0b) continue;
    const found = READERS.find(([, read]) => isRow(data, at, read, LATER_ROW));
    if (found !== undefined) return found[0];
  }
  return undefined;
}
