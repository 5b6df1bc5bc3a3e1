import { expect, test } from 'vitest';
import { explainNulls } from '../../src/pipelines/explain-nulls.ts';
import { itemOf } from '../../src/pipelines/null-references.ts';
import { resolveValue } from '../../src/pipelines/resolve-value.ts';
import { atItem, type Values } from '../../src/pipelines/values.ts';

const made = { files: [{ path: 'a.png' }], poster_path: null };
const results = new Map<string, unknown>([
  ['cover', null],
  ['film', made],
  ['pictures', [made, null]],
]);
const values: Values = {
  resultOf(step, index) {
    const result = results.get(step);
    return Promise.resolve(
      index === undefined ? result : Array.isArray(result) ? (result[index] as unknown) : undefined,
    );
  },
};
const path = (from: string) => ({ src: { $from: from } });

/** What is said of an error at a place of a payload when its references have been put in. */
async function said(sent: unknown, place: string, forEach?: { list: unknown; items: unknown[]; index: number }) {
  const at = forEach === undefined ? values : atItem(values, forEach.list, forEach.items, forEach.index);
  const item = forEach === undefined ? undefined : itemOf(forEach.list, forEach.index);
  const resolved = await resolveValue(sent, at);
  const [error] = await explainNulls([{ path: place, message: 'expected a path' }], { sent, resolved, item }, values);
  return error?.message;
}

test('An error at a null says which step was skipped', async () => {
  expect(await said({ clips: [path('cover.files[0].path')] }, 'payload.clips[0].src')).toBe(
    'expected a path (cover.files[0].path is null, because cover was skipped)',
  );
  expect(await said(path('pictures[1].files[0].path'), 'payload.src')).toBe(
    'expected a path (pictures[1].files[0].path is null, because pictures[1] was skipped)',
  );
});

test('Items of $each and of for_each are told as the step and the place that they are of', async () => {
  const told = 'expected a path (pictures[1].files[0].path is null, because pictures[1] was skipped)';
  const byItem = { clips: { $for: { $from: 'pictures' }, $each: path('$item.files[0].path') } };
  expect(await said(byItem, 'payload.clips[1].src')).toBe(told);
  const byIndex = { clips: { $for: ['a', 'b'], $each: path('pictures[$index].files[0].path') } };
  expect(await said(byIndex, 'payload.clips[1].src')).toBe(told);
  const each = { list: { $from: 'pictures' }, items: [made, null], index: 1 };
  expect(await said(path('$item.files[0].path'), 'payload.src', each)).toBe(told);
});

test('A null value need not come from a skipped step', async () => {
  expect(await said(path('film.poster_path'), 'payload.src')).toBe('expected a path (film.poster_path is null)');
});

test.each([
  [{ clips: { $for: { $from: 'pictures' }, $each: path('$item.files[0].path') } }, 'payload.clips[0].src'],
  [{ clips: { $for: [null], $each: path('$item') } }, 'payload.clips[0].src'],
  [{ src: null }, 'payload.src'],
  [path('cover.files[0].path'), 'payload.elsewhere'],
  [{ 'a.b': [path('film')] }, 'payload.a.b[0].src.missing'],
])('A value that is not null because of a step gets no explanation: %j at %s', async (sent, place) => {
  expect(await said(sent, place)).toBe('expected a path');
});

test('Items that $spread inserts or $if leaves out do not shift the reported places', async () => {
  const kept = { $for: ['a', 'b'], $if: path('pictures[$index]').src, $each: path('film.poster_path') };
  expect(await said({ clips: [kept, { $spread: kept }] }, 'payload.clips[1].src')).toBe(
    'expected a path (film.poster_path is null)',
  );
  const all = { $for: ['a', 'b'], $each: path('pictures[$index].files[0].path') };
  expect(await said({ clips: [1, { $spread: [2] }, { $spread: all }] }, 'payload.clips[3].src')).toBe(
    'expected a path (pictures[1].files[0].path is null, because pictures[1] was skipped)',
  );
});
