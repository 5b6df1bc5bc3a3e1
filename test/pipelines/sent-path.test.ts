import { expect, test } from 'vitest';
import { resolveValue } from '../../src/pipelines/resolve-value.ts';
import { createSentPath } from '../../src/pipelines/sent-path.ts';
import { UNKNOWN } from '../../src/pipelines/unknown-value.ts';

const sent = {
  rows: { $for: [1, 2], $each: { cells: { $for: ['a', 'b'], $each: { at: '${$item}', own: { x: 1 } } } } },
  whole: { $from: 'voice.subtitles' },
  'node.text': [{ later: { $from: 'voice.srt_path' }, now: 1 }],
};
const cell = { at: 'a', own: { x: 1 } };
const resolved = {
  rows: [{ cells: [cell, cell] }, { cells: [cell, cell] }],
  whole: [{ text: 'One.', startMs: UNKNOWN }],
  'node.text': [{ later: UNKNOWN, now: 1 }],
};
const sentPath = createSentPath(sent, resolved, 'payload');

test('A value from $each has its place in $each, with the items from the outermost', () => {
  expect(sentPath('payload.rows[1].cells[0].own.x')).toEqual({
    path: 'payload.rows.$each.cells.$each.own.x',
    items: [1, 0],
  });
  expect(sentPath('payload.rows[0].missing')).toEqual({ path: 'payload.rows.$each.missing', items: [0] });
});

test('A referenced value has the place of its reference', () => {
  expect(sentPath('payload.whole[0].text')).toEqual({ path: 'payload.whole', items: [] });
  expect(sentPath('payload.rows[0].cells[1].at')).toEqual({ path: 'payload.rows.$each.cells.$each.at', items: [0, 1] });
});

test('An unchanged or missing value keeps its place', () => {
  expect(sentPath('payload')).toEqual({ path: 'payload', items: [] });
  expect(sentPath('payload.node.text[0].now')).toEqual({ path: 'payload.node.text[0].now', items: [] });
  expect(sentPath('payload.nothing[3].here')).toEqual({ path: 'payload.nothing[3].here', items: [] });
});

test('A value at or below an unknown place has no path', () => {
  expect(sentPath('payload.whole[0].startMs')).toBeUndefined();
  expect(sentPath('payload.node.text[0].later.length')).toBeUndefined();
});

test('Items of $spread and $if are reported with their place in the request', async () => {
  const inner = { $for: [null, 'a', 'b'], $if: { $from: '$item' }, $each: { own: { x: 1 } } };
  const list = { clips: [{ a: 1 }, { $spread: inner }, { $spread: [{ b: 1 }, { $spread: [{ c: 1 }] }] }, { d: 1 }] };
  const made = await resolveValue(list, { resultOf: () => Promise.resolve(undefined) });
  expect(made).toEqual({ clips: [{ a: 1 }, { own: { x: 1 } }, { own: { x: 1 } }, { b: 1 }, { c: 1 }, { d: 1 }] });
  const at = createSentPath(list, made, 'payload');
  expect(at('payload.clips[0].a')).toEqual({ path: 'payload.clips[0].a', items: [] });
  expect(at('payload.clips[1].own.x')).toEqual({ path: 'payload.clips[1].$spread.$each.own.x', items: [1] });
  expect(at('payload.clips[2].own')).toEqual({ path: 'payload.clips[1].$spread.$each.own', items: [2] });
  expect(at('payload.clips[3].b')).toEqual({ path: 'payload.clips[2].$spread[0].b', items: [] });
  expect(at('payload.clips[4].c')).toEqual({ path: 'payload.clips[2].$spread[1].$spread[0].c', items: [] });
  expect(at('payload.clips[5].d')).toEqual({ path: 'payload.clips[3].d', items: [] });
});
