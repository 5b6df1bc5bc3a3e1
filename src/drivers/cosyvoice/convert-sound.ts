import { runFfmpeg } from '../../assets/ffmpeg.ts';
import { parseWav, wavHeader } from '../../assets/wav.ts';
import { AppError, messageOf } from '../../errors.ts';
import { samplesIn, type Sound } from './sound.ts';

async function filtered({ samples, sampleRate }: Sound, filter: string, rate: number): Promise<Sound> {
  const file = Buffer.concat([wavHeader(samples.length, sampleRate), samples]);
  const output = ['-af', filter, '-ar', String(rate), '-c:a', 'pcm_s16le', '-f', 'wav', '-bitexact', '-'];
  const made = await runFfmpeg(['-f', 'wav', '-i', 'pipe:0', ...output], file).catch((error: unknown) => {
    throw new AppError('speech_failed', messageOf(error), { cause: error });
  });
  const wav = parseWav(made);
  if (wav === undefined) throw new AppError('speech_failed', 'the sound of a sentence was lost');
  return { samples: wav.data, sampleRate: wav.sampleRate };
}

/** Changes the tempo at the same pitch, for servers that cannot. The length is exact to the sample. */
export function atTempo(sound: Sound, tempo: number): Promise<Sound> | Sound {
  if (tempo === 1) return sound;
  const length = Math.round(samplesIn(sound) / tempo);
  // At the end of a sound, atempo holds back up to 60 ms, which is the end of the last word.
  return filtered(sound, `apad=pad_dur=1,atempo=${tempo},atrim=end_sample=${length}`, sound.sampleRate);
}

export const atRate = (sound: Sound, rate: number): Promise<Sound> | Sound =>
  sound.sampleRate === rate ? sound : filtered(sound, 'anull', rate);
