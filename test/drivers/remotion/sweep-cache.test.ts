import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sweepCache } from '../../../src/drivers/remotion/sweep-cache.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const NOW = Date.UTC(2026, 4, 1);

/** A folder of files of 10 bytes, by their age in seconds. */
async function folderWith(ages: Record<string, number>): Promise<string> {
  const folder = await scratchFolder();
  for (const [name, age] of Object.entries(ages)) {
    const used = new Date(NOW - age * 1000);
    await writeFile(path.join(folder, name), Buffer.alloc(10));
    await utimes(path.join(folder, name), used, used);
  }
  return folder;
}

test('Files that were not used for long go, and files of others stay.', async () => {
  const folder = await folderWith({ 'old.mp4': 11, 'new.mp4': 9, 'other.txt': 99 });
  const usedSince = (name: string): number | null => (name.endsWith('.mp4') ? NOW - 10_000 : null);
  expect(await sweepCache(folder, { usedSince, mostBytes: 1000 })).toBe(1);
  expect(await readdir(folder)).toEqual(['new.mp4', 'other.txt']);
});

test('The longest unused files go until the rest fits, except those that are in use.', async () => {
  const folder = await folderWith({ a: 1, b: 2, c: 3, d: 4 });
  const usedSince = (): number => NOW - 100_000;
  expect(await sweepCache(folder, { usedSince, mostBytes: 30 })).toBe(1);
  expect(await readdir(folder)).toEqual(['a', 'b', 'c']);
  expect(await sweepCache(folder, { usedSince, mostBytes: 5, inUseSince: NOW - 2500 })).toBe(1);
  expect(await readdir(folder)).toEqual(['a', 'b']);
});

test('What cannot be removed does not count, and a missing folder holds nothing.', async () => {
  const folder = await scratchFolder();
  await mkdir(path.join(folder, 'a folder'));
  expect(await sweepCache(folder, { usedSince: () => Infinity, mostBytes: 0 })).toBe(0);
  expect(await sweepCache(path.join(folder, 'absent'), { usedSince: () => 0, mostBytes: 0 })).toBe(0);
});
