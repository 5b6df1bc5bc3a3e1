import { kindOf } from '../../assets/file-kind/file-kind.ts';
import { nextWav } from '../../assets/wav-series.ts';
import { decodeCompressed, type Decoded, decodeWavs } from './decode-files.ts';
import type { Answer } from './http.ts';
import { isNoSound } from './noise.ts';

export type { Decoded } from './decode-files.ts';

/** The types of answers with raw samples, if they have a type at all. Some wrappers declare them as a WAV file. */
const BARE =
  /^(?:application\/octet-stream|binary\/octet-stream|audio\/(?:(?:x-)?(?:l16|pcm|raw|wav|wave)|vnd\.wave)|\*\/\*)\s*(?:;|$)/i;
const RATE = /\brate\s*=\s*"?(\d+)/i;
/** The share of visible characters in any encoding that contains ASCII. */
const VISIBLE_SHARE = 0.9;
const LOOKED_AT = 4096;

const whole = (value: string | undefined): number | undefined => {
  const rate = Number(value);
  return Number.isInteger(rate) && rate >= 8000 && rate <= 192_000 ? rate : undefined;
};

/** The rate of raw samples, if the answer states it; wrappers do this in several ways. */
const toldRate = ({ headers }: Answer): number | undefined =>
  whole(RATE.exec(headers['content-type'] ?? '')?.[1]) ??
  whole(headers['x-sample-rate']) ??
  whole(headers['x-custom-header-samplerate']);

const isVisible = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13);

/**
 * Whether the body is text, even in an encoding other than UTF-8. As samples, such bytes would all be loud and above
 * zero.
 */
function isWords(body: Buffer): boolean {
  const head = body.subarray(0, LOOKED_AT);
  const visible = head.filter(isVisible);
  return visible.length >= VISIBLE_SHARE * head.length;
}

/** Speech does not begin or end with this many visible characters in a row. */
const FEWEST_LETTERS = 20;

/** Whether there is text before or after the samples, such as the error of a server that failed in the middle. */
const isAmongWords = (body: Buffer): boolean =>
  body.length > 2 * FEWEST_LETTERS &&
  [body.subarray(0, FEWEST_LETTERS), body.subarray(-FEWEST_LETTERS)].some((end) => end.every(isVisible));

/** Why bytes of no known format cannot be raw samples; undefined if they can. */
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
 * Decodes the sound in an answer that ended cleanly: raw samples, WAV, or compressed. The bytes decide the format; the
 * declared type counts only if they have no known format. An answer that cannot be decoded completely is a problem.
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
