import { runMarkedFfmpeg, soundFailure } from '../encode/marked-ffmpeg.ts';
import { SAMPLE_RATE } from './sample-clock.ts';
import { interleave, type Stereo } from './stereo.ts';

/**
 * The AAC encoder that Remotion uses too. It is twice as fast as ffmpeg's own, and uses integers, so its output is the
 * same on every machine.
 */
const FORMATS = {
  aac: { name: 'sound.m4a', args: '-c:a libfdk_aac -b:a 192k -movie_timescale 48000 -f mp4' },
  opus: { name: 'sound.webm', args: '-c:a libopus -b:a 160k -f webm' },
} as const;

export type SoundFormat = keyof typeof FORMATS;

export const soundFileName = (format: SoundFormat): string => FORMATS[format].name;

/**
 * Encodes the samples of `blocks`. The encoder's priming and padding are marked in the file, so players start with the
 * first sample and end with the last. The same samples give the same bytes.
 * @throws {AppError} `disk_full`; `render_failed`. The signal's reason; the error of `blocks`.
 */
export async function encodeSound(
  blocks: AsyncIterable<Stereo>,
  { file, format, mark, signal }: { file: string; format: SoundFormat; mark: string; signal: AbortSignal },
): Promise<void> {
  const input = ['-f', 'f32le', '-ar', String(SAMPLE_RATE), '-ch_layout', 'stereo', '-i', 'pipe:0'];
  const output = [...FORMATS[format].args.split(' '), '-fflags', '+bitexact', '-flags', '+bitexact', `file:${file}`];
  const complaint = await runMarkedFfmpeg([...input, ...output], {
    signal,
    mark,
    feed: async (write) => {
      for await (const block of blocks) {
        signal.throwIfAborted();
        if (!(await write(interleave(block)))) break;
      }
    },
  });
  if (complaint !== null) throw soundFailure(complaint, file);
}
