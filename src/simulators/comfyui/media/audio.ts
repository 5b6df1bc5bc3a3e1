import { runFfmpeg } from '../../../assets/ffmpeg.ts';
import type { Made } from '../nodes/node-class.ts';

/** Silence, as long as was asked for, an hour at most. */
export async function encodeAudio(made: Made, ending: 'flac' | 'mp3'): Promise<Buffer> {
  const { seconds = 1, sampleRate = 44_100, channels = 2 } = made;
  const samples = new Uint8Array(Math.round(Math.min(seconds, 3600) * sampleRate) * channels * 2);
  return runFfmpeg(
    ['-f', 's16le', '-ar', String(sampleRate), '-ac', String(channels), '-i', '-', '-f', ending, '-'],
    samples,
  );
}
