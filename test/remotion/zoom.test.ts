import fc from 'fast-check';
import { expect, test } from 'vitest';
import { zoomAt } from '../../remotion/zoom.ts';

test('A picture without motion keeps its size.', () => {
  expect(zoomAt(null, 7, 30)).toBe(1);
});

test('Zooming in grows from the whole picture, zooming out ends with it.', () => {
  expect(zoomAt('zoom-in', 0, 30)).toBe(1);
  expect(zoomAt('zoom-in', 29, 30)).toBeCloseTo(1.15);
  expect(zoomAt('zoom-out', 0, 30)).toBeCloseTo(1.15);
  expect(zoomAt('zoom-out', 29, 30)).toBe(1);
});

test('No frame, inside or outside the clip, shows an edge or more than the largest zoom.', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('zoom-in', 'zoom-out'),
      fc.integer(),
      fc.integer({ min: 1 }),
      (motion, frame, length) => {
        const scale = zoomAt(motion, frame, length);
        expect(scale).toBeGreaterThanOrEqual(1);
        expect(scale).toBeLessThanOrEqual(1.15);
      },
    ),
  );
});
