import { z } from 'zod';
import type { SpeechFormat } from '../../contracts/cosyvoice.ts';
import { ffmpegOnFiles } from './ffmpeg.ts';
import type { Joined } from './join-sentences.ts';

/** Speech has one channel; these bit rates are transparent for it. */
const ENCODERS: Readonly<Record<Exclude<SpeechFormat, 'wav'>, string>> = {
  mp3: '-c:a libmp3lame -b:a 128k -f mp3',
  // The bundled ffmpeg knows m4a only by this name.
  m4a: '-c:a aac -b:a 128k -movflags +faststart -f mp4',
};

const measuredSchema = z.object({
  input_i: z.coerce.number(),
  input_tp: z.coerce.number(),
  input_lra: z.coerce.number(),
  input_thresh: z.coerce.number(),
  target_offset: z.coerce.number(),
});

/**
 * The highest peak after a change of loudness, in dB below full scale, and a range that is large enough to keep the
 * gain constant.
 */
const LIMITS = 'TP=-1:LRA=50';

async function measure(file: string, loudness: number, signal: AbortSignal): Promise<string | undefined> {
  const filter = `loudnorm=I=${loudness}:${LIMITS}:print_format=json`;
  const report = await ffmpegOnFiles(['-v', 'info', '-i', `file:${file}`, '-af', filter, '-f', 'null', '-'], signal);
  const json = /\{[^{}]*"input_i"[^{}]*\}/.exec(report)?.[0];
  const { data } = measuredSchema.safeParse(json === undefined ? undefined : JSON.parse(json));
  // The measurement is -inf if the sound is too short or too quiet.
  if (data === undefined || !Object.values(data).every(Number.isFinite)) return undefined;
  return (
    `measured_I=${data.input_i}:measured_TP=${data.input_tp}:measured_LRA=${data.input_lra}:` +
    `measured_thresh=${data.input_thresh}:offset=${data.target_offset}:linear=true`
  );
}

/**
 * Changes a WAV file to a loudness in LUFS, with the same number of samples at the same rate. @returns whether this was
 * possible.
 */
export async function normaliseLoudness(
  from: string,
  to: string,
  loudness: number,
  { sampleRate, samples }: Pick<Joined, 'sampleRate' | 'samples'>,
  signal: AbortSignal,
): Promise<boolean> {
  const measured = await measure(from, loudness, signal);
  if (measured === undefined) return false;
  const filter = [
    `loudnorm=I=${loudness}:${LIMITS}:${measured}`,
    `aresample=${sampleRate}`,
    `apad=whole_len=${samples}`,
    `atrim=end_sample=${samples}`,
  ].join(',');
  const output = ['-ar', String(sampleRate), '-ac', '1', '-c:a', 'pcm_s16le', '-f', 'wav', '-bitexact', `file:${to}`];
  await ffmpegOnFiles(['-v', 'error', '-i', `file:${from}`, '-af', filter, ...output], signal);
  return true;
}

/** Encodes a WAV file in another format. */
export async function encode(from: string, to: string, format: Exclude<SpeechFormat, 'wav'>, signal: AbortSignal) {
  await ffmpegOnFiles(['-v', 'error', '-i', `file:${from}`, ...ENCODERS[format].split(' '), `file:${to}`], signal);
}
