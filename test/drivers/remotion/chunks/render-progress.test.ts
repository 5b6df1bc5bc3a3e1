import { expect, test } from 'vitest';
import { countProgress } from '../../../../src/drivers/remotion/chunks/render-progress.ts';

test('Frames that need no drawing count at once, others when drawn; a restarted chunk takes nothing back.', () => {
  const count = countProgress(100, 10, () => 0);
  count.kept(40);
  expect(count.progress()).toMatchObject({ renderedFrames: 40, keptFrames: 40, etaSeconds: 6 });
  count.drawn('a', 12);
  count.drawn('b', 5);
  expect(count.progress()).toMatchObject({ renderedFrames: 57, keptFrames: 40 });
  count.drawn('a', 0);
  expect(count.progress()).toMatchObject({ renderedFrames: 57, keptFrames: 40 });
  count.drawn('a', 0);
  count.kept(30);
  expect(count.progress()).toMatchObject({ renderedFrames: 75, keptFrames: 70 });
});

test('The remaining time follows the measured speed, not guesses or reused frames.', () => {
  let now = 0;
  const count = countProgress(200, 1, () => now);
  count.kept(100);
  count.drawn('a', 1);
  now = 10_000;
  count.drawn('a', 50);
  expect(count.progress().etaSeconds).toBe(10);
});
