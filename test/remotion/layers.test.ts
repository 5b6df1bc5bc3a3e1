import { expect, test } from 'vitest';
import { bottomFirst } from '../../remotion/layers.ts';
import type { Clip } from '../../src/contracts/timeline.ts';

const clip = (src: string, layer: number): Clip => ({
  kind: 'image',
  src,
  startFrame: 0,
  durationInFrames: 1,
  layer,
  volume: 1,
  style: {},
  motion: null,
});

test('Clips are painted from the lowest layer up, and within a layer in the order they were given.', () => {
  const order = bottomFirst([clip('c', 2), clip('a', 0), clip('d', 2), clip('z', -1), clip('b', 0)]);
  expect(order.map(({ src }) => src)).toEqual(['z', 'a', 'b', 'c', 'd']);
});
