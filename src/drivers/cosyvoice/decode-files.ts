import type { Demuxer } from '../../assets/file-kind/file-kind.ts';
import { runFfmpeg } from '../../assets/ffmpeg.ts';
import { foreignStream } from '../../assets/foreign-media.ts';
import { nextWav, readWavSeries, wavFileOf, type WavPart } from '../../assets/wav-series.ts';
import { parseWav } from '../../assets/wav.ts';
import { filesInRow } from './files-in-row.ts';
import type { Sound } from './sound.ts';

/** Sound, or the problem with the answer. `words`: the text that the server sent instead of sound. */
export type Decoded = Sound | { problem: string; words?: string };

/** An answer with more files is hostile: each file needs a run of ffmpeg. */
const MOST_CONVERSIONS = 64;
/** The least share of the declared length; rounding may take the rest. */
const MOST_OF_IT = 0.995;
const [LOWEST_RATE, HIGHEST_RATE] = [4000, 384_000];

/** Formats in which ffmpeg itself reports an incomplete file or foreign content. */
const TOLD_BY_FFMPEG: ReadonlySet<Demuxer> = new Set(['flac', 'matroska', 'mov', 'caf']);

/** The length in seconds that a FLAC file declares in its STREAMINFO; 0 if it declares none. */
function declaredSeconds(file: Buffer, demuxer: Demuxer): number {
  if (demuxer !== 'flac' || file.length < 26 || file.toString('latin1', 0, 4) !== 'fLaC') return 0;
  const rate = file.readUIntBE(18, 3) >> 4;
  const samples = (file.readUInt8(21) & 15) * 2 ** 32 + file.readUInt32BE(22);
  return rate === 0 ? 0 : samples / rate;
}

async function convert(file: Buffer, demuxer: Demuxer, rate?: number): Promise<Decoded> {
  const output = `-vn -ac 1 ${rate === undefined ? '' : `-ar ${rate} `}-c:a pcm_s16le -f wav -bitexact -`;
  try {
    const isStrict = TOLD_BY_FFMPEG.has(demuxer);
    const wav = parseWav(await runFfmpeg([...foreignStream(demuxer), ...output.split(' ')], file, { isStrict }));
    if (wav === undefined) return { problem: 'no sound in the answer' };
    const seconds = wav.data.length / 2 / wav.sampleRate;
    if (seconds < declaredSeconds(file, demuxer) * MOST_OF_IT)
      return { problem: 'an incomplete answer: shorter than it declares' };
    return { samples: wav.data, sampleRate: wav.sampleRate };
  } catch {
    return { problem: 'an answer that cannot be read to its end as sound' };
  }
}

/** Decodes several files into one sound, at the rate of the first. */
async function convertAll(files: readonly Buffer[], demuxer: Demuxer): Promise<Decoded> {
  if (files.length > MOST_CONVERSIONS) return { problem: `an answer of ${files.length} files of different kinds` };
  const sounds: Sound[] = [];
  for (const file of files) {
    const sound = await convert(file, demuxer, sounds[0]?.sampleRate);
    if ('problem' in sound) return sound;
    sounds.push(sound);
  }
  const [first] = sounds;
  if (first === undefined) return { problem: 'an empty answer' };
  return { samples: Buffer.concat(sounds.map(({ samples }) => samples)), sampleRate: first.sampleRate };
}

const isPlain = ({ isPcm, channels, bitsPerSample }: WavPart): boolean =>
  isPcm && channels === 1 && bitsPerSample === 16;

/** Joins neighbouring parts of the same format. */
function joinAlike(parts: readonly WavPart[]): WavPart[] {
  const groups: WavPart[][] = [];
  for (const part of parts) {
    const group = groups.at(-1);
    if (group?.[0]?.formatChunk.equals(part.formatChunk) === true) group.push(part);
    else groups.push([part]);
  }
  return groups.flatMap(([first, ...rest]) =>
    first === undefined ? [] : [{ ...first, data: Buffer.concat([first, ...rest].map(({ data }) => data)) }],
  );
}

function formatProblem({ sampleRate, channels, bitsPerSample, isPcm, data }: WavPart): string | undefined {
  if (sampleRate < LOWEST_RATE || sampleRate > HIGHEST_RATE) return `a WAV file of ${sampleRate} Hz`;
  if (channels === 0) return 'a WAV file without a channel';
  const frame = channels * Math.ceil(bitsPerSample / 8);
  return isPcm && data.length % frame !== 0 ? 'an incomplete answer: half a sample at its end' : undefined;
}

/** Decodes all WAV files of an answer in order. */
export async function decodeWavs(body: Buffer): Promise<Decoded> {
  const parts = readWavSeries(body);
  if ('problem' in parts) return parts;
  const sounding = parts.filter(({ data }) => data.length > 0);
  const [first] = sounding;
  if (first === undefined) return { problem: 'an empty answer' };
  for (const part of sounding) {
    const problem = formatProblem(part);
    if (problem !== undefined) return { problem };
  }
  if (sounding.every((part) => isPlain(part) && part.sampleRate === first.sampleRate))
    return { samples: Buffer.concat(sounding.map(({ data }) => data)), sampleRate: first.sampleRate };
  const files = joinAlike(sounding).map(({ formatChunk, data }) => wavFileOf(formatChunk, data));
  return convertAll(files, 'wav');
}

/**
 * Decodes compressed sound, including several files in a row. It skips nothing: an incomplete or unknown part is a
 * problem.
 */
export async function decodeCompressed(body: Buffer, demuxer: Demuxer): Promise<Decoded> {
  if (nextWav(body, 0) !== -1) return { problem: 'an answer of files of different kinds' };
  const row = filesInRow(body, demuxer);
  return 'problem' in row ? row : convertAll(row.files, demuxer);
}
