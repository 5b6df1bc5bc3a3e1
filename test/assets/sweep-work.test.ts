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

test('Work folders of tasks whose retention has ended go, with all that is in them; younger ones stay', async () => {
  await makeFolder('old', 31);
  await makeFolder('young', 29);
  expect(await sweepWorkFolders(root, new Date(Date.now() - 30 * day))).toBe(1);
  expect(await readdir(path.join(root, 'work'))).toEqual(['young']);
});

test('What has a hidden name, such as the cache of converted media, is not taken for a task’s', async () => {
  await makeFolder('.media', 31);
  expect(await sweepWorkFolders(root, new Date())).toBe(0);
});

test('Where there is no work folder yet there is nothing to do', async () => {
  expect(await sweepWorkFolders(root, new Date())).toBe(0);
});
