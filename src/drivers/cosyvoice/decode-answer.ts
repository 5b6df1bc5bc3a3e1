import { runFfmpeg } from '../../assets/ffmpeg.ts';
import { isWav, parseWav, type Wav } from '../../assets/wav.ts';
import type { Answer } from './http.ts';
import type { Sound } from './sound.ts';

/** Sound, or what is wrong with it. */
export type Decoded = Sound | { problem: string };

/** Compressed sound as some wrappers send it. */
const COMPRESSED = /^audio\/(mpeg|mp3|flac|x-flac|ogg|opus|aac|mp4|webm)/i;
/** An answer of words, such as an error that comes with 200. */
const WORDS = /^(text\/|application\/(problem\+)?json)/i;
const RATE = /\brate\s*=\s*"?(\d+)/i;

const whole = (value: string | undefined): number | undefined => {
  const rate = Number(value);
  return Number.isInteger(rate) && rate >= 8000 && rate <= 192_000 ? rate : undefined;
};

/** The rate of bare samples, if the answer tells it: wrappers have several ways. */
const toldRate = ({ headers }: Answer): number | undefined =>
  whole(RATE.exec(headers['content-type'] ?? '')?.[1]) ??
  whole(headers['x-sample-rate']) ??
  whole(headers['x-custom-header-samplerate']);

async function convert(file: Buffer): Promise<Decoded> {
  try {
    const output = '-vn -ac 1 -c:a pcm_s16le -f wav -bitexact -';
    const wav = parseWav(await runFfmpeg(['-i', 'pipe:0', ...output.split(' ')], file));
    return wav === undefined
      ? { problem: 'no sound in the answer' }
      : { samples: wav.data, sampleRate: wav.sampleRate };
  } catch {
    return { problem: 'an answer that cannot be read as sound' };
  }
}

async function fromWav(file: Buffer, wav: Wav | undefined): Promise<Decoded> {
  if (wav === undefined) return { problem: 'a WAV file without samples' };
  const { data, declaredBytes, isPcm, channels, bitsPerSample, sampleRate } = wav;
  if (declaredBytes !== null && declaredBytes > data.length)
    return { problem: `a torn WAV file, ${data.length} of ${declaredBytes} bytes` };
  return isPcm && channels === 1 && bitsPerSample === 16 ? { samples: data, sampleRate } : convert(file);
}

/** The sound in an answer that ended cleanly, in whatever form the server sends it: bare samples, WAV, or compressed. */
export async function decodeAnswer(answer: Answer, sampleRate: number): Promise<Decoded> {
  const { body, headers } = answer;
  const type = headers['content-type'] ?? '';
  if (body.length === 0) return { problem: 'an empty answer' };
  if (WORDS.test(type)) return { problem: `words in place of sound: ${body.toString().slice(0, 200)}` };
  const decoded = isWav(body)
    ? await fromWav(body, parseWav(body))
    : COMPRESSED.test(type)
      ? await convert(body)
      : { samples: body, sampleRate: toldRate(answer) ?? sampleRate };
  if ('problem' in decoded) return decoded;
  if (decoded.samples.length === 0) return { problem: 'an empty answer' };
  return decoded.samples.length % 2 === 0 ? decoded : { problem: 'a torn answer, with half a sample at its end' };
}
