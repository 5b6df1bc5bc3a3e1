import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duck, spokenParts, WINDOW, type Spoken } from '../../../../src/drivers/remotion/sound/ducking.ts';

/** Windows of 10 ms: `[level, how many]…` */
const levels = (...parts: [level: number, windows: number][]): Float32Array =>
  Float32Array.from(parts.flatMap(([level, windows]) => Array.from({ length: windows }, () => level)));

describe('Speech is', () => {
  test('what is heard, not what is silent before and after it.', () => {
    expect(spokenParts(levels([0, 100], [0.1, 50], [0, 100]))).toEqual([[100 * WINDOW, 150 * WINDOW]]);
  });

  test('one part across a pause of 600 ms, and two across a longer one.', () => {
    expect(spokenParts(levels([0.1, 50], [0, 60], [0.1, 50]))).toHaveLength(1);
    expect(spokenParts(levels([0.1, 50], [0, 61], [0.1, 50]))).toHaveLength(2);
  });

  test('its quiet syllables too, but not the hum of the room, however loud the recording is.', () => {
    for (const loudness of [1, 0.1, 0.02]) {
      const [syllable, hum] = [0.1 * loudness, 0.02 * loudness];
      expect(spokenParts(levels([hum, 200], [loudness, 50], [syllable, 50], [hum, 200]))).toEqual([
        [200 * WINDOW, 300 * WINDOW],
      ]);
    }
  });

  test('nothing where there is only noise below −60 dB, or nothing at all.', () => {
    expect(spokenParts(levels([0.0009, 500]))).toEqual([]);
    expect(spokenParts(levels())).toEqual([]);
  });
});

describe('Music', () => {
  const ducking = { to: 0.25, attackMs: 100, releaseMs: 500 };
  const spoken: Spoken[] = [[48_000, 96_000]];
  const after = (spokenIn: readonly Spoken[], start: number, length: number, settings = ducking): Float32Array => {
    const gain = new Float32Array(length).fill(1);
    duck(gain, spokenIn, settings, start);
    return gain;
  };

  test('is down at the first syllable, stays down, and comes back after the last.', () => {
    const gain = after(spoken, 0, 144_000);
    const at = (seconds: number) => gain[Math.round(seconds * 48_000)];
    expect(at(0.89)).toBe(1);
    expect(at(0.95)).toBeCloseTo(0.625, 5);
    expect(at(1)).toBe(0.25);
    expect(at(1.99)).toBe(0.25);
    expect(at(2.25)).toBeCloseTo(0.625, 5);
    expect(at(2.5)).toBe(1);
  });

  test('follows the nearest speech, not one long over whose release still lasts.', () => {
    const many: Spoken[] = [0, 1, 2, 3].map((second) => [second * 48_000, second * 48_000 + 4800]);
    const gain = after(many, 0, 192_000, { ...ducking, releaseMs: 10_000 });
    for (const [from, to] of many) expect(new Set(gain.slice(from, to))).toEqual(new Set([0.25]));
  });

  test('steps at once where attack and release are 0.', () => {
    const gain = after(spoken, 0, 144_000, { to: 0, attackMs: 0, releaseMs: 0 });
    expect([gain[47_999], gain[48_000], gain[95_999], gain[96_001]].map((value) => (value ?? 1) > 0.5)).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test('has the same gain in blocks as in one piece, between `to` and 1, no faster than attack and release.', () => {
    const parts = fc
      .uniqueArray(fc.nat(200), { maxLength: 12 })
      .map((marks) => marks.toSorted((a, b) => a - b))
      .map((marks) =>
        marks.flatMap((from, at): Spoken[] =>
          at % 2 === 0 && marks[at + 1] !== undefined ? [[from * WINDOW, (marks[at + 1] ?? 0) * WINDOW]] : [],
        ),
      );
    fc.assert(
      fc.property(
        parts,
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.nat(80_000),
        (cut, attackMs, releaseMs, start) => {
          const settings = { to: 0.3, attackMs, releaseMs };
          const whole = after(cut, 0, 96_000, settings);
          expect(after(cut, start, 2000, settings)).toEqual(whole.slice(start, start + 2000));
          const steepest = 0.7 / (Math.min(attackMs, releaseMs) * 48) + 1e-6;
          whole.forEach((gain, at) => {
            if (gain < 0.3 - 1e-6 || gain > 1 || Math.abs(gain - (whole[at - 1] ?? gain)) > steepest)
              throw new Error(`${gain} at ${at}`);
          });
        },
      ),
      { numRuns: 40 },
    );
  });
});
