import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openChunkStore, sweepChunks } from '../../../../src/drivers/remotion/chunks/chunk-store.ts';
import { BLUE, makeClip, RED } from '../../../helpers/media.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';

const { signal } = new AbortController();
let base: string;
let shared: string;
beforeEach(async () => {
  base = await scratchFolder();
  shared = path.join(base, '.chunks');
});
const open = (task: string) => openChunkStore(path.join(base, task, 'chunks'), shared, 'mp4');

/** Puts a chunk of three frames into a task's store. */
async function draw(task: string, key: string) {
  const store = await open(task);
  await makeClip(await store.draft(key), { colours: [RED, BLUE, RED] });
  return { store, file: await store.add(key) };
}

describe('A chunk', () => {
  test('is found by the task that drew it and by every later one, and takes its space once.', async () => {
    const { file } = await draw('first', 'abc');
    const [again, other] = [await open('first'), await open('second')];
    expect(again.has('abc')).toBe(true);
    expect(await again.findIntact('abc', 3, signal)).toBe(file);
    const found = await other.findIntact('abc', 3, signal);
    expect(found).toBe(path.join(base, 'second', 'chunks', 'abc.mp4'));
    expect((await stat(found ?? '')).ino).toBe((await stat(file)).ino);
  });

  test('outlives the tasks that drew it.', async () => {
    const { store } = await draw('first', 'abc');
    await store.removeOwn();
    expect(await readdir(path.join(base, 'first'))).toEqual([]);
    expect(await (await open('second')).findIntact('abc', 3, signal)).not.toBeNull();
  });

  test('that is not whole, or not as long as it should be, is removed and drawn again.', async () => {
    const { file } = await draw('first', 'abc');
    expect(await (await open('first')).findIntact('abc', 4, signal)).toBeNull();
    expect(await readdir(shared)).toEqual([]);
    await draw('first', 'abc');
    await writeFile(file, (await readFile(file)).subarray(0, 500));
    expect(await (await open('second')).findIntact('abc', 3, signal)).toBeNull();
  });

  test('that is unfinished does not count.', async () => {
    const store = await open('first');
    await writeFile(await store.draft('abc'), 'half a film');
    expect((await open('first')).has('abc')).toBe(false);
    await store.dropDrafts();
    expect(await readdir(path.join(base, 'first', 'chunks'))).toEqual([]);
  });
});

test('A store of which nothing is left to share keeps what the task drew.', async () => {
  await mkdir(base, { recursive: true });
  // As on a file system without hard links: nothing can be put there.
  await writeFile(shared, 'a file, not a folder');
  const { store } = await draw('first', 'abc');
  await store.removeOwn();
  expect(await (await open('first')).findIntact('abc', 3, signal)).not.toBeNull();
});

test('Shared chunks are swept by age, and the longest unused ones by size.', async () => {
  await mkdir(shared);
  const used = async (name: string, day: number): Promise<void> => {
    const at = new Date(2026, 0, day);
    await writeFile(path.join(shared, name), Buffer.alloc(100));
    await utimes(path.join(shared, name), at, at);
  };
  for (const [index, name] of ['old', 'older than it may be', 'recent', 'newest'].entries())
    await used(name, index + 1);
  expect(await sweepChunks(shared, new Date(2026, 0, 3), 1000)).toBe(2);
  expect((await readdir(shared)).toSorted()).toEqual(['newest', 'recent']);
  expect(await sweepChunks(shared, new Date(2026, 0, 3), 150)).toBe(1);
  expect(await readdir(shared)).toEqual(['newest']);
  await rm(shared, { recursive: true });
  expect(await sweepChunks(shared, new Date(), 0)).toBe(0);
});
