import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePythonJson } from '../../../../src/drivers/comfyui/client/python-json.ts';

test('JSON is read as it is', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parsePythonJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('Bare NaN and Infinity are null wherever they stand, and their words in strings stay', () => {
  const odd = fc.constantFrom('NaN', 'Infinity', '-Infinity');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), odd)), fc.string(), (pairs, text) => {
      const written = pairs.map(([key, word]) => `[${JSON.stringify(`${key} ${word}`)}, ${word}]`).join(',');
      expect(parsePythonJson(`[${[written, JSON.stringify(text)].filter(Boolean).join(',')}]`)).toEqual([
        ...pairs.map(([key, word]) => [`${key} ${word}`, null]),
        text,
      ]);
    }),
  );
});

test.each(['', '<html>NaN</html>', '"NaN', '{"a": NaN', 'NaN NaN', '\\"', '"\\', `"${'\\'.repeat(100_001)}`])(
  'What is no JSON is undefined: %.20s',
  (text) => {
    expect(parsePythonJson(text)).toBeUndefined();
  },
);
