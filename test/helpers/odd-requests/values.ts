import fc from 'fast-check';

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '', ' ', '$from', '$for', '$each'];
const MORE_NAMES = [
  '$if',
  '$spread',
  'a.b',
  'a[0]',
  '\0',
  '\uD800',
  '\u202E',
  '狐',
  'x'.repeat(300),
  'null',
  '0',
  '-1',
];
/** Names of fields that programs trip over. */
export const oddName = fc.oneof(fc.constantFrom(...NAMES, ...MORE_NAMES), fc.string({ unit: 'binary', maxLength: 12 }));

const NUMBERS = [0, -0, -1, 1e21, 1e308, -1e308, 5e-324, 2 ** 53, 2 ** 53 + 2, 0.1, 101, 1e10];
const TEXTS = [
  '\uD800',
  '\uDFFF\uD800',
  'a\0b',
  '\r\n',
  '\u2028',
  '../../etc/passwd',
  '/etc/passwd',
  '${$item}',
  '${',
  '{{A}}',
];
const MORE_TEXTS = [
  '1e400',
  'NaN',
  'Infinity',
  '1'.repeat(400),
  ' '.repeat(5000),
  '<strong>',
  'a'.repeat(20_000),
  '🌄'.repeat(2000),
];
const leaf = fc.oneof(
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(...TEXTS, ...MORE_TEXTS),
  fc.constantFrom(null, true, false),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

function deep(levels: number, inside: unknown): unknown {
  let value = inside;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

const object = (value: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  // As own fields, whatever their names.
  fc.array(fc.tuple(oddName, value), { maxLength: 4 }).map((fields) => Object.fromEntries(fields) as object);

/** Any JSON, of names and values that programs trip over. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 2, arbitrary: object(leaf) },
  { weight: 2, arbitrary: fc.array(leaf, { maxLength: 5 }) },
  { weight: 1, arbitrary: object(object(leaf)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(3, 50, 99, 101, 1000), leaf).map(([levels, value]) => deep(levels, value)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(100, 3000), leaf)
      .map(([count, value]) =>
        Array.from({ length: (JSON.stringify(value) ?? '').length < 100 ? count : 10 }, () => value),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ $from: 'voice.sentences' }, { $for: [1, 2], $each: '$item' }, { $spread: [1] }),
  },
);
