import { kindOf } from '../../assets/file-kind/file-kind.ts';
import { nextWav } from '../../assets/wav-series.ts';
import { decodeCompressed, type Decoded, decodeWavs } from './decode-files.ts';
import type { Answer } from './http.ts';
import { isNoSound } from './noise.ts';

export type { Decoded } from './decode-files.ts';

/** What bare samples come as, if they come with a type at all. Some wrappers call them a WAV file. */
const BARE =
  /^(?:application\/octet-stream|binary\/octet-stream|audio\/(?:(?:x-)?(?:l16|pcm|raw|wav|wave)|vnd\.wave)|\*\/\*)\s*(?:;|$)/i;
const RATE = /\brate\s*=\s*"?(\d+)/i;
/** Characters that one sees, in any encoding that has ASCII. */
const VISIBLE_SHARE = 0.9;
const LOOKED_AT = 4096;

const whole = (value: string | undefined): number | undefined => {
  const rate = Number(value);
  return Number.isInteger(rate) && rate >= 8000 && rate <= 192_000 ? rate : undefined;
};

/** The rate of bare samples, if the answer tells it: wrappers have several ways. */
const toldRate = ({ headers }: Answer): number | undefined =>
  whole(RATE.exec(headers['content-type'] ?? '')?.[1]) ??
  whole(headers['x-sample-rate']) ??
  whole(headers['x-custom-header-samplerate']);

const isVisible = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13);

/** Words also in an encoding that is not UTF-8. As samples they would all be loud and above zero. */
function isWords(body: Buffer): boolean {
  const head = body.subarray(0, LOOKED_AT);
  const visible = head.filter(isVisible);
  return visible.length >= VISIBLE_SHARE * head.length;
}

/** As many bytes of visible characters in a row begin or end no speech. */
const FEWEST_LETTERS = 20;

/** Whether there are words before or behind the samples: what a server that failed in the middle had to say. */
const isAmongWords = (body: Buffer): boolean =>
  body.length > 2 * FEWEST_LETTERS &&
  [body.subarray(0, FEWEST_LETTERS), body.subarray(-FEWEST_LETTERS)].some((end) => end.every(isVisible));

/** What stands against taking bytes that are of no known kind for samples. */
function notBare(body: Buffer, { headers }: Answer): string | undefined {
  const type = headers['content-type']?.trim() ?? '';
  const encoding = headers['content-encoding']?.trim() ?? '';
  if (encoding !== '' && encoding.toLowerCase() !== 'identity')
    return `an answer in the encoding ${encoding.slice(0, 40)}`;
  if (type !== '' && !BARE.test(type)) return `an answer of the type ${type.slice(0, 80)} that cannot be read as such`;
  if (isAmongWords(body)) return 'text among the sound';
  return nextWav(body, 0) === -1 ? undefined : 'a WAV file after unknown bytes';
}

async function decode(answer: Answer, sampleRate: number): Promise<Decoded> {
  const { body } = answer;
  const kind = kindOf(body);
  if (kind.family === 'text' || (kind.family === 'unknown' && isWords(body)))
    return { problem: 'text instead of sound', words: body.toString('utf8', 0, LOOKED_AT).slice(0, 200) };
  if (kind.family === 'picture') return { problem: `a ${kind.format.toUpperCase()} picture instead of sound` };
  if (kind.family === 'unusable') return { problem: `${kind.name} instead of sound` };
  if (kind.family === 'media')
    return kind.demuxer === 'wav' && nextWav(body, 0) === 0 ? decodeWavs(body) : decodeCompressed(body, kind.demuxer);
  const problem = notBare(body, answer);
  return problem === undefined ? { samples: body, sampleRate: toldRate(answer) ?? sampleRate } : { problem };
}

/**
 * The sound in an answer that ended cleanly, in whatever form the server sends it: bare samples, WAV, or compressed. Its bytes tell which;
 * the declared type counts only where they are of no known kind. What is not understood, or not as a whole, is a problem.
 */
export async function decodeAnswer(answer: Answer, sampleRate: number): Promise<Decoded> {
  if (answer.body.length === 0) return { problem: 'an empty answer' };
  const decoded = await decode(answer, sampleRate);
  if ('problem' in decoded) return decoded;
  const { samples } = decoded;
  if (samples.length === 0) return { problem: 'an empty answer' };
  if (samples.length % 2 === 1) return { problem: 'an incomplete answer: half a sample at its end' };
  return isNoSound(samples) ? { problem: 'noise: the bytes look like compressed data, not like samples' } : decoded;
}
