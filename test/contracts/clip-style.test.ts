import { expect, test } from 'vitest';
import { timelineSchema } from '../../src/contracts/timeline.ts';

test('A length of a clip’s style may be a number, a number in a string, pixels or per cent.', () => {
  const style = { top: '120', left: 12, width: '50%', height: '30.5px' };
  const { clips } = timelineSchema.parse({ clips: [{ type: 'image', src: 'a.png', durationInFrames: 5, style }] });
  expect(clips[0]?.style).toEqual({ top: 120, left: 12, width: '50%', height: '30.5px' });
});
