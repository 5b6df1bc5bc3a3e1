import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatReference, parseReference } from '../../src/pipelines/reference.ts';

test('A reference names a step and the way to a part of its result', () => {
  expect(parseReference('voice')).toEqual({ root: 'voice', path: [] });
  expect(parseReference(' voice.sentences[0].text ')).toEqual({ root: 'voice', path: ['sentences', 0, 'text'] });
  expect(parseReference('pictures[$index].files[0].path')).toEqual({
    root: 'pictures',
    path: ['$index', 'files', 0, 'path'],
  });
  expect(parseReference('$item.text')).toEqual({ root: '$item', path: ['text'] });
  expect(parseReference('$index')).toEqual({ root: '$index', path: [] });
});

test.each([
  '',
  '.',
  'voice.',
  'voice..text',
  'voice[',
  'voice[-1]',
  'voice[a]',
  '$index.a',
  '$items',
  '1st.a',
  'a b',
  '${a}',
])('"%s" is no reference', (text) => {
  expect(parseReference(text)).toBeUndefined();
});

test('Whatever is written down as a reference reads as the same again', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,10}$/);
  const part = fc.oneof(name, fc.nat(999_999), fc.constant('$index'));
  fc.assert(
    fc.property(fc.oneof(name, fc.constant('$item')), fc.array(part, { maxLength: 5 }), (root, path) => {
      expect(parseReference(formatReference({ root, path }))).toEqual({ root, path });
    }),
  );
});
