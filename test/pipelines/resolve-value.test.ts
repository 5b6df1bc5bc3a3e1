import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveList, resolveValue, type Values } from '../../src/pipelines/resolve-value.ts';

const results: Record<string, unknown> = {
  voice: {
    output_path: 'audio/a.wav',
    duration_seconds: 2.5,
    sentences: [
      { text: 'One.', start_ms: 0 },
      { text: 'Two.', start_ms: 900 },
    ],
  },
  pictures: [{ files: [{ path: 'a.png' }] }, { files: [{ path: 'b.png' }] }],
  skipped: null,
};
const values: Values = {
  resultOf: (step, index) =>
    Promise.resolve(index === undefined ? results[step] : (results[step] as unknown[] | null)?.[index]),
};
const at = (index: number, value: unknown): Values => ({ ...values, item: { index, value } });

test('A value that is named keeps its type', async () => {
  expect(
    await resolveValue({ a: { $from: 'voice.duration_seconds' }, b: [{ $from: 'voice.sentences' }] }, values),
  ).toEqual({
    a: 2.5,
    b: [
      [
        { text: 'One.', start_ms: 0 },
        { text: 'Two.', start_ms: 900 },
      ],
    ],
  });
});

test('In the middle of a string a value becomes text, and $${ is a plain ${', async () => {
  const text = '${voice.output_path} lasts ${voice.duration_seconds} s: ${voice.sentences[0]} ${skipped.path}| $${x}';
  expect(await resolveValue(text, values)).toBe('audio/a.wav lasts 2.5 s: {"text":"One.","start_ms":0} | ${x}');
});

test('Under for_each $item and $index are those of the item, and a list may be entered at its place', async () => {
  const payload = {
    prompt: 'picture ${$index}: ${$item.text}',
    src: { $from: 'pictures[$index].files[0].path' },
    at: { $from: '$index' },
  };
  expect(await resolveValue(payload, at(1, { text: 'Two.' }))).toEqual({
    prompt: 'picture 1: Two.',
    src: 'b.png',
    at: 1,
  });
});

test('A list is made of another, with one value for each item', async () => {
  const clips = {
    $for: { $from: 'voice.sentences' },
    $each: { src: { $from: 'pictures[$index].files[0].path' }, startMs: { $from: '$item.start_ms' } },
  };
  expect(await resolveValue(clips, values)).toEqual([
    { src: 'a.png', startMs: 0 },
    { src: 'b.png', startMs: 900 },
  ]);
});

test('What was skipped is null in all its parts, and a list without items', async () => {
  expect(await resolveValue({ $from: 'skipped.files[0].path' }, values)).toBeNull();
  expect(await resolveList({ $from: 'skipped' }, values)).toEqual([]);
  expect(await resolveValue({ $for: { $from: 'skipped' }, $each: 1 }, values)).toEqual([]);
});

test('What is not there is told by its place and by what was asked for', async () => {
  const payload = { clips: [{ src: { $from: 'pictures[0].files[3].path' } }] };
  await expect(resolveValue(payload, values, ['payload'])).rejects.toMatchObject({
    path: 'payload.clips[0].src',
    message: 'there is no pictures[0].files[3]: pictures[0].files does not have it',
  });
  await expect(resolveValue({ $from: 'voice.constructor' }, values)).rejects.toThrow('there is no voice.constructor');
});

test('A value without references stays exactly as it is', async () => {
  const plain = fc
    .jsonValue({ maxDepth: 5 })
    .filter((value) => !/\$\{|"\$(from|for|each)"/.test(JSON.stringify(value)));
  await fc.assert(
    fc.asyncProperty(plain, async (value) => {
      expect(await resolveValue(value, values)).toEqual(value);
    }),
  );
});

test('A reference gives its value wherever in a payload it stands', async () => {
  const key = fc.stringMatching(/^[a-z]{1,8}$/);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(key, fc.nat(3)), { maxLength: 6 }), fc.jsonValue(), async (way, value) => {
      const wrap = (inside: unknown): unknown =>
        way.reduceRight<unknown>(
          (inner, part) =>
            typeof part === 'number' ? [...Array.from({ length: part }, () => 0), inner] : { [part]: inner },
          inside,
        );
      const resolved = await resolveValue(wrap({ $from: 'step' }), { resultOf: () => Promise.resolve(value) });
      expect(resolved).toEqual(wrap(value));
    }),
  );
});
