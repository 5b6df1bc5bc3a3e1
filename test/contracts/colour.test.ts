import { expect, test } from 'vitest';
import { isColour } from '../../src/contracts/colour.ts';

test.each([
  'navy',
  'RebeccaPurple',
  'transparent',
  '#fff',
  '#16324F80',
  'rgb(22, 50, 79)',
  'rgba(22,50,79,.5)',
  'rgb(10%, 20%, 30%)',
  'rgb(22 50 79 / 50%)',
  'hsl(210, 56%, 20%)',
  'hsl(0.5turn 56% 20%)',
  'hwb(210 10% 20%)',
  'oklch(0.6 0.1 210deg)',
  'lab(50% 20 -30 / none)',
])('%s is a colour', (text) => {
  expect(isColour(text)).toBe(true);
});

test.each([
  'not a colour',
  '',
  '#12345',
  'rgb(1, 2)',
  'rgb(1 2, 3)',
  'rgb(1deg, 2, 3)',
  'hsl(210, 56, 20)',
  'url(a.png)',
  'var(--x)',
  'red; background: url(x)',
  `rgb(${'1'.repeat(100_000)}`,
])('%s is none', (text) => {
  expect(isColour(text)).toBe(false);
});
