import { expect, test } from 'vitest';
import { pitchOf } from '../../../src/simulators/cosyvoice/voice/pitch.ts';
import { resample } from '../../../src/simulators/cosyvoice/voice/resample.ts';
import { recording } from '../../conformance/cosyvoice/recordings.ts';
import { loudness, samplesOf, say, startSimulator } from './rig.ts';

const pitchIn = (samples: Int16Array, rate: number): number =>
  pitchOf(
    Float32Array.from(samples, (sample) => sample / 32_768),
    rate,
  ) ?? 0;

const SENTENCES = {
  English: 'The weather is fine today, and we all go for a walk.',
  Chinese: '今天天气很好，我们一起去公园散步。',
  Japanese: 'コンニチハ、キョウ ワ イイ テンキ デス ネ。',
  Korean: '안녕하세요, 오늘은 날씨가 좋네요.',
  German: 'Schönes Wetter heute, wir gehen alle spazieren.',
};

test.each(Object.entries(SENTENCES))('%s is spoken: neither silent nor too short or long.', async (_, text) => {
  const { url, sampleRate, speaks } = await startSimulator({ voice: 'words' });
  expect(speaks).toBe('espeak');
  const samples = samplesOf((await say(url, text)).body);
  expect(loudness(samples)).toBeGreaterThan(0.03);
  const perLetter = samples.length / sampleRate / text.length;
  expect(perLetter).toBeGreaterThan(0.03);
  expect(perLetter).toBeLessThan(0.5);
});

test('The same request gives the same bytes, whatever was said before.', async () => {
  const { url } = await startSimulator({ voice: 'words' });
  const first = await say(url, SENTENCES.English);
  await say(url, SENTENCES.Chinese);
  const { url: other } = await startSimulator({ voice: 'words' });
  expect((await say(other, SENTENCES.English)).body.equals(first.body)).toBe(true);
});

test('The voice has the pitch of the recording.', async () => {
  const { url, sampleRate } = await startSimulator({ voice: 'words' });
  for (const hertz of [100, 220]) {
    const { body } = await say(url, SENTENCES.English, { voice: recording({ hertz, seconds: 2 }) });
    const heard = pitchIn(samplesOf(body), sampleRate);
    expect(heard / hertz).toBeGreaterThan(0.8);
    expect(heard / hertz).toBeLessThan(1.25);
  }
});

test('Chance makes every answer another one; a seed, where the server knows it, the same.', async () => {
  const { url } = await startSimulator({ chance: true, extensions: ['seed', 'speed'] });
  const bodies = async (fields: Record<string, string>): Promise<boolean> => {
    const [a, b] = [await say(url, SENTENCES.English, { fields }), await say(url, SENTENCES.English, { fields })];
    return a.body.equals(b.body);
  };
  expect(await bodies({})).toBe(false);
  expect(await bodies({ seed: '7' })).toBe(true);
  const [normal, fast] = [
    await say(url, 'Hello.', { fields: { seed: '7' } }),
    await say(url, 'Hello.', { fields: { seed: '7', speed: '2' } }),
  ];
  expect(fast.body.length).toBeLessThan(normal.body.length);
});

test('A tone keeps its pitch at another rate.', () => {
  const tone = Int16Array.from({ length: 22_050 }, (_, at) => 10_000 * Math.sin((2 * Math.PI * 200 * at) / 22_050));
  const other = resample(tone, 22_050, 24_000);
  expect(other).toHaveLength(24_000);
  expect(pitchIn(other, 24_000)).toBeCloseTo(200, -1);
  expect(loudness(other)).toBeCloseTo(loudness(tone), 2);
});
