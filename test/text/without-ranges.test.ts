import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutRanges } from '../../src/text/without-ranges.ts';

/** What is between braces goes. */
const without = (text: string, instead = ''): string =>
  withoutRanges(
    text,
    [...text.matchAll(/\{[^{}]*\}/g)].map(({ index, 0: part }) => ({ from: index, to: index + part.length, instead })),
  );

test.each([
  ['Hello {x} there', 'Hello there'],
  ['Hello{x} there', 'Hello there'],
  ['Hello {x}, there', 'Hello, there'],
  ['Hello {x}{y} {z}there', 'Hello there'],
  ['{x} Hello {x}', 'Hello '],
  ['Hello {x}\n{y} there', 'Hello\nthere'],
  ['in{x}side', 'inside'],
  ['a  b stays', 'a  b stays'],
])('%j becomes %j', (text, expected) => expect(without(text)).toBe(expected));

test('Something else may stand in their place.', () => expect(without('one {x} two', '\n')).toBe('one\ntwo'));

test('Of ranges that overlap the first counts, and nothing but blanks is lost outside of them.', () => {
  const range = fc.tuple(fc.nat(40), fc.nat(10)).map(([from, length]) => ({ from, to: from + length }));
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab ,\n'), minLength: 60 }), fc.array(range), (text, ranges) => {
      let [kept, at] = ['', 0];
      for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
        if (from < at) continue;
        kept += text.slice(at, from);
        at = to;
      }
      const bare = (one: string): string => one.replaceAll(' ', '');
      expect(bare(withoutRanges(text, ranges))).toBe(bare(kept + text.slice(at)));
    }),
  );
});
