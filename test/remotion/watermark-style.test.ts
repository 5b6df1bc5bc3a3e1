import { expect, test } from 'vitest';
import { watermarkStyle } from '../../remotion/watermark-style.ts';

const watermark = { src: 'mark.png', width: 90, margin: 12, opacity: 0.7 };

test('A watermark stands off the edges of its corner.', () => {
  expect(watermarkStyle({ ...watermark, position: 'bottom-right' })).toMatchObject({
    bottom: 12,
    right: 12,
    width: 90,
  });
  expect(watermarkStyle({ ...watermark, position: 'top-left' })).toMatchObject({ top: 12, left: 12, opacity: 0.7 });
});

test('A watermark in the middle is there whatever its height.', () => {
  const style = watermarkStyle({ ...watermark, position: 'center' });
  expect(style).toMatchObject({ top: '50%', left: '50%', transform: 'translate(-50%, -50%)' });
});
