import { runFfmpeg } from '../../../assets/ffmpeg.ts';

/** A decoded reference recording, mixed down to one channel. */
export interface Recording {
  sampleRate: number;
  samples: Float32Array;
}

/** What libsndfile reads, by the first bytes of the file. MP4 containers such as m4a are not among them. */
function isReadable(file: Buffer): boolean {
  const head = file.toString('latin1', 0, 4);
  return ['RIFF', 'RF64', 'fLaC', 'OggS', 'FORM'].includes(head) || head.startsWith('ID3') || isMp3Frame(file);
}

const isMp3Frame = (file: Buffer): boolean => file[0] === 0xff && ((file[1] ?? 0) & 0xe0) === 0xe0;

/** @throws as upstream's `load_wav` when it cannot be read, or has less than 16 kHz. */
export async function decodeRecording(file: Buffer): Promise<Recording> {
  if (!isReadable(file)) throw new Error('Error opening: Format not recognised.');
  // ffmpeg reads all of them; a WAV at the file's own rate says that rate in its header.
  const wav = await runFfmpeg(
    ['-i', 'pipe:0', '-ac', '1', '-c:a', 'pcm_s16le', '-bitexact', '-f', 'wav', 'pipe:1'],
    file,
  );
  const sampleRate = wav.readUInt32LE(24);
  if (sampleRate < 16_000) throw new Error(`wav sample rate ${sampleRate} must be greater than 16000`);
  const data = wav.subarray(wav.indexOf('data', 12, 'latin1') + 8);
  const samples = new Float32Array(Math.floor(data.length / 2));
  for (let index = 0; index < samples.length; index++) samples[index] = data.readInt16LE(index * 2) / 32_768;
  return { sampleRate, samples };
}
