import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { kindOfFile } from '../../../assets/file-kind/file-kind.ts';
import { foreignFile } from '../../../assets/foreign-media.ts';
import { probeMedia, UnreadableMediaError } from '../../../assets/probe.ts';
import { AppError } from '../../../errors.ts';
import { HEADROOM, openDecoded, type DecodedSource } from './decoded-source.ts';
import type { PlacedSound } from './placed-sound.ts';
import { runMarkedFfmpeg, soundFailure, type FfmpegComplaint } from '../encode/marked-ffmpeg.ts';
import { SAMPLE_RATE } from './sample-clock.ts';
import { neededFor, stretchSource } from './stretch-source.ts';

/** A source at one playback rate, and its played part in samples. */
export interface WantedSource {
  src: string;
  playbackRate: number;
  from: number;
  to: number;
  /** Whether it is repeated music, so that its end must be exact. */
  repeats: boolean;
}

export const sourceKey = ({ src, playbackRate }: { src: string; playbackRate: number }): string =>
  `${playbackRate}:${src}`;

/**
 * Each source once, however many sounds play it. A loop is read one frame further, to see whether the source ends
 * there.
 */
export function wantedSources(placed: readonly PlacedSound[], frame: number): Map<string, WantedSource> {
  const wanted = new Map<string, WantedSource>();
  for (const { sound, from, to, skip, loop } of placed) {
    const end = skip + Math.min(to - from, loop === null ? Infinity : Math.ceil(loop + frame));
    const repeats = sound.role === 'music' && loop !== null;
    const known = wanted.get(sourceKey(sound));
    if (known === undefined) {
      const { src, playbackRate } = sound;
      wanted.set(sourceKey(sound), { src, playbackRate, from: skip, to: end, repeats });
    } else {
      known.from = Math.min(known.from, skip);
      known.to = Math.max(known.to, end);
      known.repeats ||= repeats;
    }
  }
  return wanted;
}

/**
 * `first_pts` fills gaps at the beginning or in the middle of a track, so that it stays in sync with its picture.
 * `min_comp` ignores gaps below 20 ms, which Opus and MP3 have before their first sample. Mono stays mono and is played
 * at full loudness on both sides. More than two channels become two as in a browser: `L + (C + Ls) / √2`.
 */
const filtersFor = ({ from, to }: WantedSource, before: readonly string[] = []): string =>
  [
    ...before,
    `aresample=${SAMPLE_RATE}:first_pts=0:min_comp=0.02`,
    'aformat=sample_fmts=fltp:channel_layouts=mono|stereo',
    `volume=${1 / HEADROOM}`,
    `atrim=start_sample=${from}:end_sample=${to}`,
  ].join(',');

/** Throws the reason why decoding failed, unless the file is media without sound. */
async function refuseUnlessMute(
  complaint: NonNullable<FfmpegComplaint>,
  { src, source, file, signal }: { src: string; source: string; file: string; signal: AbortSignal },
): Promise<void> {
  if (!existsSync(source)) throw new AppError('asset_missing', src);
  if (!complaint.isItsOwn) throw soundFailure(complaint, file);
  const { audio } = await probeMedia(source, signal).catch((error: unknown) => {
    throw error instanceof UnreadableMediaError ? new AppError('render_rejected', `${src}: ${error.message}`) : error;
  });
  if (audio !== null) throw soundFailure(complaint, file, src);
}

/** ffmpeg guesses the layout of up to this many channels. */
const MOST_GUESSED = 8;
const FIRST_TWO = ['pan=stereo|c0=c0|c1=c1'];

const channelsOf = (source: string, signal: AbortSignal): Promise<number> =>
  probeMedia(source, signal).then(
    ({ audio }) => audio?.channels ?? 0,
    (error: unknown) => {
      if (error instanceof UnreadableMediaError) return 0;
      throw error;
    },
  );

/** More than one packet of any codec. */
const LONGEST_PADDING = SAMPLE_RATE / 20;
/**
 * Removes the padding at the end: ffmpeg decodes the last AAC packet of an MP4 file completely, including padding. The
 * file declares the end of its sound, usually to the millisecond.
 */
async function withoutPadding(decoded: DecodedSource, source: string, signal: AbortSignal): Promise<DecodedSource> {
  const { audio } = await probeMedia(source, signal);
  const end = Math.round((audio?.durationSeconds ?? Infinity) * SAMPLE_RATE);
  const isPadded = end < decoded.to && decoded.to - end < LONGEST_PADDING;
  return isPadded ? { ...decoded, to: end } : decoded;
}

interface DecodeOptions {
  assetRoot: string;
  file: string;
  mark: string;
  signal: AbortSignal;
}

/** Decodes a source at its own speed, whatever `playbackRate` says. */
async function decodePlain(wanted: WantedSource, options: DecodeOptions): Promise<DecodedSource | null> {
  const { assetRoot, file, mark, signal } = options;
  const source = path.join(assetRoot, wanted.src);
  if (!existsSync(source)) throw new AppError('asset_missing', wanted.src);
  const kind = await kindOfFile(source);
  if (kind.family === 'picture') return null;
  if (kind.family !== 'media')
    throw new AppError('render_rejected', `${wanted.src}: it is not a known kind of film or sound`);
  const input = ['-threads', '1', ...foreignFile(source, kind.demuxer)];
  const run = (before: readonly string[]) => {
    const output = [...'-map 0:a:0 -c:a pcm_s24le -f wav -bitexact -af'.split(' '), filtersFor(wanted, before)];
    return runMarkedFfmpeg([...input, ...output, `file:${file}`], { signal, mark });
  };
  let complaint = await run([]);
  // ffmpeg cannot mix channels without a known layout.
  if (complaint?.isItsOwn === true && (await channelsOf(source, signal)) > MOST_GUESSED)
    complaint = await run(FIRST_TWO);
  if (complaint === null) {
    const decoded = await openDecoded(file, wanted.from);
    return wanted.repeats ? withoutPadding(decoded, source, signal) : decoded;
  }
  await refuseUnlessMute(complaint, { src: wanted.src, source, file, signal });
  return null;
}

/**
 * Decodes the played part of a source to a file in `folder`, at 48 kHz and at its playback rate with the same pitch.
 * @returns the decoded part: empty for a file without sound, shorter than requested if the source ends earlier.
 * @throws {AppError} `asset_missing`; `render_rejected` naming a file that is not media; `disk_full`. The signal's
 * reason.
 */
export async function decodeSource(wanted: WantedSource, options: DecodeOptions): Promise<DecodedSource | null> {
  const { playbackRate, from, to } = wanted;
  if (playbackRate === 1) return decodePlain(wanted, options);
  const { file, signal } = options;
  const plainFile = `${file}.plain`;
  const plain = await decodePlain({ ...wanted, ...neededFor(wanted, playbackRate) }, { ...options, file: plainFile });
  if (plain === null) return null;
  const stretched = await stretchSource(plain, playbackRate, { from, to, file, signal });
  await rm(plainFile);
  return stretched;
}
