import type { Demuxer } from '../../assets/file-kind/file-kind.ts';
import { runFfmpeg } from '../../assets/ffmpeg.ts';
import { foreignStream } from '../../assets/foreign-media.ts';
import { nextWav, readWavSeries, wavFileOf, type WavPart } from '../../assets/wav-series.ts';
import { parseWav } from '../../assets/wav.ts';
import type { Sound } from './sound.ts';

/** Sound, or what is wrong with it. `words`: what the server said in its place. */
export type Decoded = Sound | { problem: string; words?: string };

/** More make an answer that somebody means ill with: each takes a run of ffmpeg. */
const MOST_CONVERSIONS = 64;
const [LOWEST_RATE, HIGHEST_RATE] = [4000, 384_000];

async function convert(file: Buffer, demuxer: Demuxer, rate?: number): Promise<Decoded> {
  const output = `-vn -ac 1 ${rate === undefined ? '' : `-ar ${rate} `}-c:a pcm_s16le -f wav -bitexact -`;
  try {
    const wav = parseWav(await runFfmpeg([...foreignStream(demuxer), ...output.split(' ')], file));
    return wav === undefined
      ? { problem: 'no sound in the answer' }
      : { samples: wav.data, sampleRate: wav.sampleRate };
  } catch {
    return { problem: 'an answer that cannot be read as sound' };
  }
}

/** Several files as one sound, at the rate of the first. */
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

/** Neighbours of the same format as one. */
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
  return isPcm && data.length % frame !== 0 ? 'a torn answer, with half a sample at its end' : undefined;
}

/** All the WAV files of an answer, one after the other. */
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

/** As many bytes as begin each file of a kind, and are nowhere inside. ffmpeg would read the first file of several and no more. */
const BEGINNINGS: Partial<Record<Demuxer, number>> = { flac: 8, ogg: 14, mov: 12, matroska: 8, caf: 8 };

function filesOf(body: Buffer, demuxer: Demuxer): Buffer[] {
  const length = BEGINNINGS[demuxer];
  if (length === undefined) return [body];
  const beginning = body.subarray(0, length);
  const files: Buffer[] = [];
  for (let from = 0; from !== -1;) {
    const next = body.indexOf(beginning, from + length);
    files.push(body.subarray(from, next === -1 ? body.length : next));
    from = next;
  }
  return files;
}

/** Compressed sound, several files in a row included. */
export async function decodeCompressed(body: Buffer, demuxer: Demuxer): Promise<Decoded> {
  if (nextWav(body, 0) !== -1) return { problem: 'an answer of files of different kinds' };
  return convertAll(filesOf(body, demuxer), demuxer);
}
