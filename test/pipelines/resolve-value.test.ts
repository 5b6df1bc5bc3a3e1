import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveList, resolveValue } from '../../src/pipelines/resolve-value.ts';
import { UNKNOWN, unknownPaths } from '../../src/pipelines/unknown-value.ts';
import { atItem, type UnresolvedError, type Values } from '../../src/pipelines/values.ts';

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

test('The result of a skipped step is null in all its parts, and a list without items', async () => {
  expect(await resolveValue({ $from: 'skipped.files[0].path' }, values)).toBeNull();
  expect(await resolveList({ $from: 'skipped' }, values)).toEqual([]);
  expect(await resolveValue({ $for: { $from: 'skipped' }, $each: 1 }, values)).toEqual([]);
});

test('A missing value is reported with its place and the request', async () => {
  const payload = { clips: [{ src: { $from: 'pictures[0].files[3].path' } }] };
  await expect(resolveValue(payload, values, ['payload'])).rejects.toMatchObject({
    path: 'payload.clips[0].src',
    message: 'pictures[0].files[3] does not exist: pictures[0].files has 1 item',
  });
  await expect(resolveValue({ $from: 'voice.constructor' }, values)).rejects.toThrow(
    'voice.constructor does not exist',
  );
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

test('A list that is too short for another list is reported with both lengths', async () => {
  const clips = { $for: { $from: 'voice.sentences' }, $each: { $from: 'pictures[$index].files[0].path' } };
  const short: Values = { resultOf: (step, index) => values.resultOf(step, index === 1 ? 9 : index) };
  await expect(resolveValue(clips, short)).rejects.toThrow(
    'pictures[1] does not exist: pictures has 2 items, and voice.sentences has 2 items',
  );
  const images = { $for: ['a', 'b', 'c'], $each: { $from: 'voice.sentences[$index].start_ms' } };
  await expect(resolveValue(images, values)).rejects.toThrow(
    'voice.sentences[2] does not exist: voice.sentences has 2 items, and the list has 3 items',
  );
  const prompt = { $from: 'voice.sentences[$index].text' };
  await expect(resolveValue(prompt, atItem(values, { $from: 'pictures' }, [1, 2, 3], 2))).rejects.toThrow(
    'voice.sentences has 2 items, and pictures has 3 items',
  );
});

test('Values that depend on unknown values are unknown, and the rest is resolved', async () => {
  const sentences = [{ text: 'One.', start_ms: UNKNOWN }];
  const partly: Values = { resultOf: (step) => Promise.resolve(step === 'voice' ? { sentences } : UNKNOWN) };
  const payload = {
    all: { $from: 'voice.sentences' },
    words: 'a fox, ${voice.sentences[0].text}',
    whole: '${voice.sentences[0]}',
    at: [{ $from: 'voice.sentences[0].start_ms' }, { $from: 'pictures[3].files[0].path' }],
    clips: { $for: { $from: 'pictures' }, $each: { src: { $from: '$item' } } },
    text: '$${x}',
  };
  const resolved = await resolveValue(payload, partly);
  expect(resolved).toMatchObject({ words: 'a fox, One.', text: '${x}', all: [{ text: 'One.' }] });
  expect([...unknownPaths(resolved)]).toEqual([['all', 0, 'start_ms'], ['whole'], ['at', 0], ['at', 1], ['clips']]);
  const nowhere = { ...partly, item: { value: UNKNOWN, index: null } };
  expect(await resolveValue(['${$index}', { $from: 'voice.sentences[$index].text' }, '${$item.a}'], nowhere)).toEqual([
    UNKNOWN,
    UNKNOWN,
    UNKNOWN,
  ]);
});

test('Every error is reported to a listener, and its value counts as unknown', async () => {
  const errors: UnresolvedError[] = [];
  const onError = (error: UnresolvedError): unknown => {
    errors.push(error);
    return UNKNOWN;
  };
  const payload = { a: { $from: 'voice.nothing' }, b: '${pictures[7].seed}', c: { $for: 'no list', $each: 1 } };
  expect(await resolveValue(payload, { ...values, onError })).toEqual({ a: UNKNOWN, b: UNKNOWN, c: UNKNOWN });
  expect(errors.map(({ path }) => path).toSorted()).toEqual(['a', 'b', 'c.$for']);
});

const three: Values = {
  resultOf: (step, index) => {
    const all: Record<string, unknown> = {
      pictures: [{ path: 'a' }, null, { path: 'c' }],
      words: ['x', 'y', 'z'],
      gone: null,
    };
    return Promise.resolve(index === undefined ? all[step] : (all[step] as unknown[])[index]);
  },
};

test('$if leaves out the items for which it comes to null; the others keep their index', async () => {
  const each = { src: { $from: 'pictures[$index].path' }, text: '${$item}${$index}' };
  const list = { $for: { $from: 'words' }, $if: { $from: 'pictures[$index]' }, $each: each };
  expect(await resolveValue(list, three)).toEqual([
    { src: 'a', text: 'x0' },
    { src: 'c', text: 'z2' },
  ]);
  const compact = { $for: { $from: 'pictures' }, $if: { $from: '$item' }, $each: { $from: '$item.path' } };
  expect(await resolveValue(compact, three)).toEqual(['a', 'c']);
  expect(await resolveList(compact, three)).toHaveLength(2);
});

test('$spread puts the items of a list in its place', async () => {
  const inner = { $for: { $from: 'words' }, $each: '${$item}!' };
  expect(
    await resolveValue([1, { $spread: inner }, { $spread: [] }, { $spread: { $from: 'gone' } }, 2], three),
  ).toEqual([1, 'x!', 'y!', 'z!', 2]);
  expect(await resolveValue([{ $spread: [1, { $spread: [2, 3] }] }], three)).toEqual([1, 2, 3]);
  await expect(resolveValue({ a: { $spread: [] } }, three)).rejects.toThrow(/as an item of a list/);
  await expect(resolveValue([{ $spread: 7 }], three)).rejects.toThrow('expected a list');
  await expect(resolveValue([{ $spread: [], more: 1 }], three)).rejects.toThrow('no other fields next to $spread');
});

test('A list whose remaining items only the run knows is unknown as a whole', async () => {
  const partly: Values = { resultOf: (step) => Promise.resolve(step === 'words' ? ['x', 'y'] : UNKNOWN) };
  const each = { $for: { $from: 'words' }, $each: { $from: '$item' } };
  expect(await resolveValue({ ...each, $if: { $from: 'pictures[$index]' } }, partly)).toBe(UNKNOWN);
  expect(await resolveValue([1, { $spread: { $from: 'pictures' } }], partly)).toBe(UNKNOWN);
  expect(await resolveValue([1, { $spread: each }], partly)).toEqual([1, 'x', 'y']);
});
