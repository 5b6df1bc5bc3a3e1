import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createNearest, nearest, didYouMean } from '../../src/contracts/nearest.ts';

describe('nearest', () => {
  it.each([
    ['voise', 'voice'],
    ['Voice_', 'voice'],
    ['vioce', 'voice'],
    ['picturs', 'pictures'],
    ['something', undefined],
    ['', undefined],
  ])('%s means %s', (word, meant) => {
    expect(nearest(word, ['voice', 'pictures', 'film'])).toBe(meant);
  });

  it('finds every word with one letter too many', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{5,40}$/), fc.nat(), (word, at) => {
        const place = at % word.length;
        expect(nearest(`${word.slice(0, place)}x${word.slice(place)}`, ['1234567', word])).toBe(word);
      }),
    );
  });

  it('looks at 200 candidates, however many there are', () => {
    let given = 0;
    function* endless(): Generator<string> {
      for (;;) yield `step${given++}${'q'.repeat(60)}`;
    }
    expect(nearest('z'.repeat(1_000_000), endless())).toBeUndefined();
    expect(given).toBeLessThan(205);
  });

  it('compares twenty words of a request, and no more', () => {
    const candidates = vi.fn(() => ['voice']);
    const suggest = createNearest(candidates);
    const told = Array.from({ length: 5000 }, () => suggest('voise'));
    expect(told.filter((one) => one === 'voice')).toHaveLength(20);
    expect(candidates).toHaveBeenCalledTimes(20);
  });
});

it('A bad entry of a list is no misspelt name of the list', () => {
  expect(didYouMean({ tags: ['<'] }, 'tags[0]')).toBe('');
  expect(didYouMean({ tgas: ['a'] }, 'tags')).toBe('; you sent tgas: did you mean tags?');
});
