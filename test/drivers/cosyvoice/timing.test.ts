import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSilent } from '../../../src/assets/silence.ts';
import { problemOf } from '../../../src/drivers/cosyvoice/judge-take.ts';
import { toSrt } from '../../../src/drivers/cosyvoice/srt.ts';
import { milliseconds, pauseSamples } from '../../../src/drivers/cosyvoice/timing.ts';

test('Milliseconds with three decimals identify the sample, for a day of speech at any rate.', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 86_400 * 48_000 }),
      fc.constantFrom(16_000, 22_050, 24_000, 44_100, 48_000),
      (sample, rate) => {
        expect(Math.round((milliseconds(sample, rate) * rate) / 1000)).toBe(sample);
      },
    ),
  );
});

test('Between the parts of one sentence the pause is shorter than between sentences.', () => {
  expect(pauseSamples(250, 24_000, true)).toBe(6000);
  expect(pauseSamples(250, 24_000, false)).toBe(2400);
  expect(pauseSamples(0, 24_000, true)).toBe(0);
});

test('Subtitles are numbered, in hours, and keep no empty line.', () => {
  const cues = [
    { text: 'One.', startMs: 0, endMs: 999.6 },
    { text: 'Two\n\n lines.', startMs: 3_723_004.2, endMs: 3_723_999.958 },
  ];
  expect(toSrt(cues)).toBe('1\n00:00:00,000 --> 00:00:01,000\nOne.\n\n2\n01:02:03,004 --> 01:02:04,000\nTwo\nlines.\n');
});

/** Noise of so many seconds at 24 kHz. */
const sound = (seconds: number, peak: number) => {
  const samples = Buffer.alloc(Math.round(seconds * 24_000) * 2);
  for (let at = 0; at < samples.length; at += 2) samples.writeInt16LE(at % 4 === 0 ? peak : -peak, at);
  return { samples, sampleRate: 24_000 };
};

test.each([
  [2, 8000, 'It costs 1,234,567.89 dollars.', 1, undefined],
  [0.9, 8000, '1000000', 1, undefined],
  [0.5, 8000, 'Wait!!!!!!!!!!!!!!!!', 1, undefined],
  [0.1, 8000, 'This sentence takes longer than that.', 1, 'too short'],
  [30, 8000, 'This sentence does not take so long.', 1, 'too long'],
  [13, 8000, 'This one is slow as was asked for.', 0.5, undefined],
  [2, 20, 'This cannot be heard by anyone.', 1, 'silence'],
])('%d s with peaks of %d for %j at pace %d: %s', (seconds, peak, text, speed, problem) => {
  const found = problemOf(sound(seconds, peak), text, speed);
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(problem);
});

test('A sound that is loud for a moment is not silent.', () => {
  const { samples } = sound(1, 0);
  sound(0.05, 3000).samples.copy(samples, 20_000);
  expect(isSilent(samples, 24_000)).toBe(false);
});
