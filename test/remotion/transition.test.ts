import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxWipe, frameStyle, share } from '../../remotion/transition.ts';
import type { Transition } from '../../src/film/film.ts';

const transition = (type: Transition['type'], from: Transition['from'] = 'left', durationInFrames = 9): Transition => ({
  type,
  from,
  durationInFrames,
});

test('Each frame of a transition has more of the incoming clip; the frame after it is that clip alone.', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (length) => {
      const shares = Array.from({ length }, (_, frame) => share(transition('fade', 'left', length), frame));
      expect(Math.min(...shares)).toBeGreaterThan(0);
      expect(Math.max(...shares)).toBeLessThan(1);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      expect(share(transition('fade', 'left', length), length)).toBe(1);
    }),
  );
});

test('A fade is opacity, and no transition is no style at all.', () => {
  expect(frameStyle(transition('fade'), 4)).toEqual({ opacity: 0.5 });
  expect(frameStyle(transition('fade'), 9)).toEqual({});
  expect(frameStyle(null, 0)).toEqual({});
  expect(boxWipe(null, 0)).toEqual({});
});

test('A slide comes from beyond the edge that it is named for.', () => {
  const at = (from: Transition['from']) => frameStyle(transition('slide', from), 4).transform;
  expect(at('left')).toBe('translate(-50%, 0%)');
  expect(at('right')).toBe('translate(50%, 0%)');
  expect(at('top')).toBe('translate(0%, -50%)');
  expect(at('bottom')).toBe('translate(0%, 50%)');
  expect(frameStyle(transition('slide'), 9)).toEqual({});
});

test('A wipe begins at the side that it is named for: the other side is still covered.', () => {
  const at = (from: Transition['from']) => boxWipe(transition('wipe', from), 4).clipPath;
  expect(at('left')).toBe('inset(0 50% 0 0)');
  expect(at('right')).toBe('inset(0 0 0 50%)');
  expect(at('top')).toBe('inset(0 0 50% 0)');
  expect(at('bottom')).toBe('inset(50% 0 0 0)');
  expect(boxWipe(transition('wipe'), 9)).toEqual({});
});

test('A wipe leaves the frame alone, a fade and a slide the box.', () => {
  expect(frameStyle(transition('wipe'), 4)).toEqual({});
  expect(boxWipe(transition('fade'), 4)).toEqual({});
  expect(boxWipe(transition('slide'), 4)).toEqual({});
});
