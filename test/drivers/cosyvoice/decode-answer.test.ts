import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runFfmpeg } from '../../../src/assets/ffmpeg.ts';
import { wavFileOf } from '../../../src/assets/wav-series.ts';
import { wavHeader } from '../../../src/assets/wav.ts';
import { decodeAnswer } from '../../../src/drivers/cosyvoice/decode-answer.ts';
import type { Sound } from '../../../src/drivers/cosyvoice/sound.ts';
import { encodeFlac } from '../../helpers/flac.ts';

const RATE = 24_000;

/** A second of something that hums. */
function hum(seconds = 1, rate = RATE, hertz = 220): Buffer {
  const samples = Buffer.alloc(Math.round(seconds * rate) * 2);
  for (let at = 0; at * 2 < samples.length; at++)
    samples.writeInt16LE(Math.round(12_000 * Math.sin((at * hertz * 2 * Math.PI) / rate)), at * 2);
  return samples;
}
const wav = (samples: Buffer, rate = RATE, declared = samples.length): Buffer => {
  const header = wavHeader(samples.length, rate);
  header.writeUInt32LE(declared, 40);
  return Buffer.concat([header, samples]);
};
const chunk = (name: string, content: Buffer): Buffer => {
  const head = Buffer.from(`${name}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
};
const LIST = chunk('LIST', Buffer.from('INFOISFT\x05\0\0\0Lavf\0'));
/** Seeded, so that a failure can be looked at. */
function noise(bytes: number): Buffer {
  let state = 1;
  return Buffer.from(Array.from({ length: bytes }, () => ((state = (state * 48_271) % 0x7fffffff) >> 8) & 255));
}
const FORMATS: Readonly<Record<string, string>> = {
  // Bare frames.
  MP3: '-c:a libmp3lame -write_xing 0 -id3v2_version 0 -f mp3',
  Opus: '-c:a libopus -f ogg',
  AAC: '-c:a aac -f adts',
  WAV: '-f wav',
};
const coded = async (format: string, samples = hum()): Promise<Buffer> =>
  format === 'FLAC'
    ? encodeFlac(samples, RATE)
    : runFfmpeg(['-i', 'pipe:0', ...(FORMATS[format] ?? '').split(' '), '-'], wav(samples));

const decode = (body: Buffer, headers: Record<string, string> = {}) =>
  decodeAnswer({ end: 'clean', status: 200, headers, body, problem: '' }, RATE);
async function sound(body: Buffer, headers?: Record<string, string>): Promise<Sound> {
  const decoded = await decode(body, headers);
  if ('problem' in decoded) throw new Error(decoded.problem);
  return decoded;
}
async function problem(body: Buffer, headers?: Record<string, string>): Promise<string> {
  const decoded = await decode(body, headers);
  return 'problem' in decoded ? decoded.problem : 'no problem';
}
const secondsOf = ({ samples, sampleRate }: Sound): number => samples.length / 2 / sampleRate;

describe('Several WAV files in one answer', () => {
  test.each<[string, (part: Buffer) => Buffer]>([
    ['plain', (part) => wav(part)],
    ['of open length', (part) => wav(part, RATE, 0xffffffff)],
    ['of length zero', (part) => wav(part, RATE, 0)],
    ['with a LIST chunk behind', (part) => Buffer.concat([wav(part), LIST])],
    ['of open length with a LIST chunk behind', (part) => Buffer.concat([wav(part, RATE, 0x7ffff000), LIST])],
    ['with a LIST chunk before', (part) => Buffer.concat([wav(part).subarray(0, 36), LIST, chunk('data', part)])],
    ['with zeros behind', (part) => Buffer.concat([wav(part), Buffer.alloc(6)])],
    [
      'with an odd chunk that is not filled up',
      (part) =>
        Buffer.concat([wav(part).subarray(0, 36), Buffer.from('LIST\x05\0\0\0INFOx', 'latin1'), chunk('data', part)]),
    ],
  ])('%s, are all heard.', async (_case, make) => {
    const parts = [hum(1), hum(0.7, RATE, 300), hum(1.3, RATE, 440)];
    const { samples, sampleRate } = await sound(Buffer.concat(parts.map(make)));
    expect(samples.equals(Buffer.concat(parts))).toBe(true);
    expect(sampleRate).toBe(RATE);
  });

  test('The first may declare the length of all of them.', async () => {
    const parts = [hum(1), hum(0.5)];
    const second = wav(parts[1] ?? Buffer.alloc(0));
    const first = parts[0] ?? Buffer.alloc(0);
    const { samples } = await sound(Buffer.concat([wav(first, RATE, first.length + second.length), second]));
    expect(samples.equals(Buffer.concat(parts))).toBe(true);
  });

  test('Of several rates, channels and sizes of samples they become one at the first’s rate.', async () => {
    const stereo = await runFfmpeg(['-i', 'pipe:0', '-ac', '2', '-c:a', 'pcm_s24le', '-f', 'wav', '-'], wav(hum()));
    const decoded = await sound(Buffer.concat([wav(hum()), wav(hum(1, 16_000), 16_000), stereo]));
    expect(decoded.sampleRate).toBe(RATE);
    expect(secondsOf(decoded)).toBeCloseTo(3, 2);
  });

  test.each<[string, Buffer, string]>([
    ['a first one that is torn', Buffer.concat([wav(hum(1), RATE, 60_000), wav(hum())]), 'incomplete'],
    ['a last one that is torn', Buffer.concat([wav(hum()), wav(hum()).subarray(0, 20_000)]), 'incomplete'],
    ['one that ends within its header', Buffer.concat([wav(hum()), wav(hum()).subarray(0, 30)]), 'without samples'],
    ['bare samples behind the first', Buffer.concat([wav(hum()), hum()]), 'after its samples'],
    ['junk between them', Buffer.concat([wav(hum()), noise(999), wav(hum())]), 'after its samples'],
    ['samples before the first', Buffer.concat([hum(), wav(hum())]), 'after unknown bytes'],
    ['words behind it', Buffer.concat([wav(hum()), Buffer.from('Internal Server Error')]), 'after its samples'],
    ['a rate of zero', wav(hum(), 0), '0 Hz'],
    ['half a sample', wav(hum().subarray(1)), 'half a sample'],
  ])('%s: the answer is refused.', async (_case, body, words) => {
    expect(await problem(body)).toContain(words);
  });

  test('However the bytes are divided into files, no sample is lost silently.', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            samples: fc.integer({ min: 1, max: 3000 }),
            declared: fc.constantFrom(null, 0, 0xffffffff, 0x7fffffff, 0x7ffff000, 2_000_000_000),
            after: fc.constantFrom(Buffer.alloc(0), LIST, Buffer.alloc(2), Buffer.from('\r\n')),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        async (files) => {
          const parts = files.map(({ samples }) => hum(samples / RATE));
          const body = files.map(({ declared, after }, index) => {
            const part = parts[index] ?? Buffer.alloc(0);
            const isTrue = declared === null;
            return Buffer.concat([wav(part, RATE, declared ?? part.length), isTrue ? after : Buffer.alloc(0)]);
          });
          expect((await sound(Buffer.concat(body))).samples.equals(Buffer.concat(parts))).toBe(true);
        },
      ),
    ));
});

describe('A declared length', () => {
  test.each([0, 0xffffffff, 0x7fffffff, 0x7ffff000, 2_000_000_000, 0xfffffff0, 0x80000000, 0xffffffff - 36])(
    'of %d means up to the end.',
    async (declared) => expect((await sound(wav(hum(), RATE, declared))).samples.equals(hum())).toBe(true),
  );

  test.each([48_002, 96_000, 10_000_000])(
    'of %d bytes, of which fewer arrived, means an incomplete file.',
    async (declared) =>
      expect(await problem(wav(hum(), RATE, declared))).toContain(`incomplete WAV file, 48000 of ${declared}`),
  );
});

describe('The bytes of a sound decide its format,', () => {
  test.each(['application/octet-stream', 'audio/wav', 'audio/mpeg', 'text/plain', ''])(
    'whatever its type says: %s',
    async (type) => {
      const headers = { 'content-type': type };
      for (const format of ['FLAC', ...Object.keys(FORMATS)]) {
        const seconds = secondsOf(await sound(await coded(format), headers));
        expect(seconds).toBeGreaterThan(0.99);
        expect(seconds).toBeLessThan(1.12);
      }
    },
  );

  test.each(['FLAC', ...Object.keys(FORMATS)])('also several files of it in a row: %s', async (format) => {
    const seconds = secondsOf(await sound(Buffer.concat([await coded(format), await coded(format, hum(2))])));
    expect(seconds).toBeGreaterThan(2.97);
    expect(seconds).toBeLessThan(3.25);
  });

  test('and raw samples stay unchanged.', async () => {
    for (const headers of [
      {},
      { 'content-type': 'application/octet-stream' },
      { 'content-type': 'audio/L16; rate=24000' },
    ])
      expect((await sound(hum(), headers)).samples.equals(hum())).toBe(true);
  });

  test.each<[string, Buffer, Record<string, string>, string]>([
    ['JSON', Buffer.from('{"error": "out of memory"}'), {}, 'text'],
    ['a page', Buffer.from('<html><body>502 Bad Gateway</body></html>'), { 'content-type': 'audio/wav' }, 'text'],
    ['words in Latin-1', Buffer.from('<p>Der Dienst ist zur Zeit nicht verf\xfcgbar.</p>', 'latin1'), {}, 'text'],
    ['gzip', gzipSync(noise(9000)), {}, 'gzip'],
    ['ZIP', Buffer.concat([Buffer.from('PK\x03\x04'), noise(9000)]), {}, 'ZIP'],
    ['noise', noise(48_000), {}, 'noise'],
    ['a part of an MP3 file', noise(48_000), { 'content-type': 'audio/mpeg' }, 'type audio/mpeg'],
    ['what is encoded', hum(), { 'content-encoding': 'br' }, 'encoding br'],
    ['noise in a WAV file', wav(noise(48_000)), {}, 'noise'],
    ['a picture', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), noise(999)]), {}, 'PNG picture'],
  ])('and anything except sound is refused: %s', async (_case, body, headers, words) => {
    expect(await problem(body, headers)).toContain(words);
  });

  test('Floats, samples of 24 bits and the inside of compressed files are no samples of 16 bits.', async () => {
    // Loud speech has no pure tones.
    const values = Array.from({ length: 48_000 }, (_, at) => 0.8 * Math.sin(at / 17) * Math.sin(at / 91.3));
    expect(await problem(Buffer.from(Float32Array.from(values).buffer))).toContain('noise');
    const packed = Buffer.alloc(values.length * 3);
    values.forEach((value, at) => packed.writeIntLE(Math.round(value * 8_388_607), at * 3, 3));
    expect(await problem(packed)).toContain('noise');
    const music = Buffer.from(Int16Array.from(values, (value) => value * 32_000).buffer);
    expect((await sound(music)).samples.equals(music)).toBe(true);
    for (const format of ['MP3', 'Opus', 'AAC']) {
      const inside = (await coded(format, Buffer.concat([noise(96_000)]))).subarray(5000);
      // Whole frames would be found.
      inside.forEach((byte, at) => byte === 0xff && inside.writeUInt8(0xfe, at));
      expect(await problem(inside.subarray(0, inside.length & ~1))).toContain('noise');
    }
  });
});

test('A file made of a format and samples is one that ffmpeg reads.', async () => {
  const file = wavFileOf(wavHeader(0, RATE).subarray(20, 36), hum());
  expect(
    (await sound(await runFfmpeg(['-i', 'pipe:0', '-f', 'wav', '-bitexact', '-'], file))).samples.equals(hum()),
  ).toBe(true);
});

describe('Incomplete compressed sound is refused:', () => {
  const TAIL = Buffer.from('\n{"error":"CUDA out of memory"}\n');
  const MORE: Record<string, string> = {
    WebM: '-c:a libopus -f webm',
    M4A: '-c:a aac -movflags +frag_keyframe+empty_moov -f mp4',
  };
  const made = (format: string): Promise<Buffer> => {
    if (format === 'WAV') return Promise.resolve(wav(hum(2)));
    const args = MORE[format];
    if (args === undefined) return coded(format, hum(2));
    return runFfmpeg(['-i', 'pipe:0', ...args.split(' '), '-'], wav(hum(2)));
  };
  const compressed = ['FLAC', 'MP3', 'Opus', 'AAC', 'WebM', 'M4A'];

  test.each(compressed)('cut off in the middle, %s', async (format) => {
    const whole = await made(format);
    expect(secondsOf(await sound(whole))).toBeCloseTo(2, 0);
    expect(await problem(whole.subarray(0, (whole.length >> 1) + 7))).toMatch(/incomplete|cannot be read to its end/);
  });

  test.each(['FLAC', 'MP3', 'Opus', 'AAC'])('with words behind it, %s', async (format) => {
    const whole = await made(format);
    expect(await problem(Buffer.concat([whole, TAIL]))).toMatch(/unknown bytes|cannot be read to its end/);
    expect(secondsOf(await sound(Buffer.concat([whole, Buffer.alloc(9)])))).toBeCloseTo(2, 0);
  });

  test.each([
    ['MP3', 'Opus'],
    ['Opus', 'FLAC'],
    ['FLAC', 'Opus'],
    ['AAC', 'FLAC'],
    ['MP3', 'WAV'],
    ['WAV', 'MP3'],
  ])('%s with %s behind it', async (first, second) => {
    expect(await problem(Buffer.concat([await made(first), await made(second)]))).not.toBe('no problem');
  });
});

test.each<[string, Buffer]>([
  ['behind', Buffer.concat([hum(), Buffer.from('{"error":"CUDA out of memory!"}\n')])],
  ['before', Buffer.concat([Buffer.from('{"warning":"no GPU, using CPU"}\n'), hum()])],
])('Words %s bare samples are no sound.', async (_case, body) => {
  expect(body.length % 2).toBe(0);
  expect(await problem(body)).toContain('text among the sound');
});

test.each([
  ['.snd\0\0\0\x18', 'an AU sound'],
  ['FORM\0\0\0\0AIFF', 'an AIFF sound'],
  ['riff\x2e\x91\xcf\x11', 'a Wave64 sound'],
  ['\x93NUMPY\x01\0', 'a NumPy array'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive'],
  ['#!AMR\n', 'an AMR sound'],
])('A known format that cannot be read is named: %j', async (mark, name) => {
  expect(await problem(Buffer.concat([Buffer.from(mark, 'latin1'), hum()]))).toBe(`${name} instead of sound`);
});

test.each([1, 2, 3])('%d bytes of an answer cause no internal error.', async (bytes) => {
  const decoded = await decode(Buffer.alloc(bytes));
  expect('problem' in decoded || decoded.samples.length === bytes).toBe(true);
});
