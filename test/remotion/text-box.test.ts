import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxLineHeight, boxStyle } from '../../remotion/text-box.ts';

test('Boxes of neighbouring lines touch at whole pixels at every size of type.', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), (fontSize) => {
      const padding = Number.parseFloat(String(boxStyle(fontSize, 'black').padding));
      expect(padding).toBeGreaterThanOrEqual(0);
      expect(Number.isInteger(padding)).toBe(true);
      // What Chromium makes of Inter: ascent and descent, each rounded.
      const ground = Math.round(0.96875 * fontSize) + Math.round(0.2412 * fontSize);
      expect(ground + 2 * padding).toBe(boxLineHeight(fontSize));
    }),
  );
});
