import { runFfmpeg } from '../../../assets/ffmpeg.ts';
import type { Made } from '../nodes/node-class.ts';
import { encodeSilentFlac } from './flac.ts';

const LONGEST_SECONDS = 600;

/** Silence, as long as was asked for, ten minutes at most. */
export async function encodeAudio(made: Made, ending: 'flac' | 'mp3'): Promise<Buffer> {
  const { seconds = 1, sampleRate = 44_100, channels = 2 } = made;
  const samples = Math.round(Math.min(seconds, LONGEST_SECONDS) * sampleRate);
  if (ending === 'flac') return encodeSilentFlac(samples, sampleRate, channels);
  const silence = new Uint8Array(samples * channels * 2);
  return runFfmpeg(`-f s16le -ar ${sampleRate} -ac ${channels} -i - -f mp3 -`.split(' '), silence);
}
