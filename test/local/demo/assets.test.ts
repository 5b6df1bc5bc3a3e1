import { expect, test } from 'vitest';
import { music } from '../../../src/local/demo/sound/music.ts';
import { narration, SAMPLE_RATE } from '../../../src/local/demo/sound/voice.ts';
import { level } from '../../helpers/media.ts';

test('The recording of the voice is loud enough to clone', () => {
  expect(level(narration(), 0, 10)).toBeGreaterThan(0.02);
});

test('The music loops without a seam and does not clip', () => {
  for (const channel of music()) {
    const [first = 0, last = 0] = [channel[0], channel.at(-1)];
    expect(Math.abs(first - last)).toBeLessThan(0.05);
    expect(channel.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeLessThanOrEqual(0.86);
    expect(channel.length).toBe(6.4 * SAMPLE_RATE);
  }
});
