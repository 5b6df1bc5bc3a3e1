import { expect, test } from 'vitest';
import { fieldErrors } from '../../src/contracts/fields.ts';
import { timelineSchema } from '../../src/contracts/timeline.ts';
import { GOLDEN_FILMS } from './golden-films.ts';
import { usedLanguage, wholeLanguage } from './language.ts';

test('There are twelve golden films', () => {
  expect(GOLDEN_FILMS).toHaveLength(12);
});

test.each(GOLDEN_FILMS)('The timeline of $name is valid and has no misspelt name', ({ timeline }) => {
  const parsed = timelineSchema.safeParse(timeline);
  expect(parsed.success ? [] : fieldErrors(parsed.error)).toEqual([]);
  expect((parsed.data?.warnings ?? []).filter((warning) => !warning.includes('even sizes'))).toEqual([]);
});

test('Together the golden films use every field of the timeline, and every word that a field may have', () => {
  const used = new Set(GOLDEN_FILMS.flatMap(({ timeline }) => usedLanguage(timeline)));
  expect([...wholeLanguage()].filter((one) => !used.has(one))).toEqual([]);
  expect(wholeLanguage().size).toBeGreaterThan(150);
});
