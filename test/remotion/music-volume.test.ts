import { expect, test } from 'vitest';
import { musicVolume } from '../../remotion/music-volume.ts';

test('Music plays at its full volume until a second and a half before the end, and is silent in the last frame.', () => {
  expect([0, 100, 254].map((frame) => musicVolume(frame, 300, 30))).toEqual([1, 1, 1]);
  expect(musicVolume(277, 300, 30)).toBeCloseTo(0.49, 1);
  expect(musicVolume(299, 300, 30)).toBe(0);
});

test('A short film spends no more than its last quarter on the fade.', () => {
  expect(musicVolume(14, 20, 30)).toBe(1);
  expect(musicVolume(19, 20, 30)).toBe(0);
  expect(musicVolume(0, 1, 30)).toBe(0);
});
