import { runFfmpeg } from '../../../assets/ffmpeg.ts';
import { kindOf, type Demuxer } from '../../../assets/file-kind/file-kind.ts';
import { foreignStream } from '../../../assets/foreign-media.ts';

/** A decoded reference recording, mixed down to one channel. */
export interface Recording {
  sampleRate: number;
  samples: Float32Array;
}

/** Formats that libsndfile reads; MP4 containers such as m4a are not among them. */
const READABLE: ReadonlySet<Demuxer> = new Set(['wav', 'flac', 'ogg', 'mp3']);

/** @throws as upstream's `load_wav` when it cannot be read, or has less than 16 kHz. */
export async function decodeRecording(file: Buffer): Promise<Recording> {
  const kind = kindOf(file);
  if (kind.family !== 'media' || !READABLE.has(kind.demuxer)) throw new Error('Error opening: Format not recognised.');
  // ffmpeg reads all of them; a WAV at the file's own rate says that rate in its header.
  const wav = await runFfmpeg(
    [...foreignStream(kind.demuxer), '-ac', '1', '-c:a', 'pcm_s16le', '-bitexact', '-f', 'wav', 'pipe:1'],
    file,
  );
  const sampleRate = wav.readUInt32LE(24);
  if (sampleRate < 16_000) throw new Error(`wav sample rate ${sampleRate} must be greater than 16000`);
  const data = wav.subarray(wav.indexOf('data', 12, 'latin1') + 8);
  const samples = new Float32Array(Math.floor(data.length / 2));
  for (let index = 0; index < samples.length; index++) samples[index] = data.readInt16LE(index * 2) / 32_768;
  return { sampleRate, samples };
}
