import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sweepWorkFolders } from '../../src/assets/sweep-work.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sweep-'));
});
afterEach(() => rm(root, { recursive: true }));

const day = 24 * 60 * 60 * 1000;
async function makeFolder(name: string, ageDays: number): Promise<void> {
  const folder = path.join(root, 'work', name);
  await mkdir(path.join(folder, 'sentences'), { recursive: true });
  await writeFile(path.join(folder, 'manifest.json'), '{}');
  const then = new Date(Date.now() - ageDays * day);
  await utimes(path.join(folder, 'manifest.json'), then, then);
}

const OLD = '0b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11';
const YOUNG = '1b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11';
const forgotten = () => Promise.resolve(true);
const before = new Date(Date.now() - 30 * day);

test('Work folders of tasks whose retention has ended go, with all that is in them; younger ones stay', async () => {
  await makeFolder(OLD, 31);
  await makeFolder(YOUNG, 29);
  expect(await sweepWorkFolders(root, before, forgotten)).toBe(1);
  expect(await readdir(path.join(root, 'work'))).toEqual([YOUNG]);
});

test.each([
  ['that is not over', () => Promise.resolve(false)],
  ['that nobody can tell of', () => Promise.reject(new Error('away'))],
])('An old work folder of a task %s stays', async (_, isForgotten) => {
  await makeFolder(OLD, 3000);
  expect(await sweepWorkFolders(root, before, isForgotten)).toBe(0);
  expect(await readdir(path.join(root, 'work'))).toEqual([OLD]);
});

test('Folders without the name of a task stay, such as the cache of converted media', async () => {
  for (const name of ['.media', 'my-films', `${OLD}.bak`]) await makeFolder(name, 31);
  expect(await sweepWorkFolders(root, new Date(), forgotten)).toBe(0);
});

test('Where there is no work folder yet there is nothing to do', async () => {
  expect(await sweepWorkFolders(root, new Date(), forgotten)).toBe(0);
});
