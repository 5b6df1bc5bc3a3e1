import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sweepConverted, useConverted } from '../../../../src/drivers/remotion/preflight/converted-files.ts';
import { openInspectionCache } from '../../../../src/drivers/remotion/preflight/inspection-cache.ts';
import { makePicture, RED } from '../../../helpers/media.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';

const NOW = new Date('2026-05-01T12:00:00Z');
const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

async function folderWith(files: Record<string, number>, bytes = 10): Promise<string> {
  const folder = await scratchFolder();
  for (const [name, age] of Object.entries(files)) {
    await writeFile(path.join(folder, name), Buffer.alloc(bytes));
    const then = new Date(NOW.getTime() - age);
    await utimes(path.join(folder, name), then, then);
  }
  return folder;
}

test('Converted films that nobody used for 30 days go, and what killed conversions left; all else stays', async () => {
  const folder = await folderWith({
    'old.mp4': 31 * DAY,
    'young.webm': 29 * DAY,
    'dead.mp4.7.part': 2 * HOUR,
    'live.mp4.8.part': HOUR / 2,
    'inspected.json.b1.tmp': 2 * HOUR,
    'inspected.json': 99 * DAY,
  });
  await sweepConverted(folder, NOW);
  expect((await readdir(folder)).toSorted()).toEqual(['inspected.json', 'live.mp4.8.part', 'young.webm']);
});

test('A file that is used counts as new', async () => {
  const folder = await folderWith({ 'old.mp4': 31 * DAY });
  expect(await useConverted(path.join(folder, 'old.mp4'), NOW)).toBe(true);
  expect(await useConverted(path.join(folder, 'absent.mp4'), NOW)).toBe(false);
  await sweepConverted(folder, NOW);
  expect(await readdir(folder)).toEqual(['old.mp4']);
});

test('Beyond the limit the longest unused go first, but none of today', async () => {
  const folder = await folderWith({
    'a.mp4': HOUR,
    'b.mp4': 2 * HOUR,
    'c.mp4': 3 * HOUR,
    'd.mp4': 2 * DAY,
    'e.mp4': 3 * DAY,
  });
  await sweepConverted(folder, NOW, 40);
  expect((await readdir(folder)).toSorted()).toEqual(['a.mp4', 'b.mp4', 'c.mp4', 'd.mp4']);
  await sweepConverted(folder, NOW, 15);
  expect((await readdir(folder)).toSorted()).toEqual(['a.mp4', 'b.mp4', 'c.mp4']);
});

test('Where nothing was converted yet there is nothing to sweep', async () => {
  await expect(sweepConverted(path.join(await scratchFolder(), 'absent'), NOW)).resolves.toBeUndefined();
});

const signal = new AbortController().signal;
/** Later than the change of a file that was just made. */
const later = (): Date => new Date(Date.now() + HOUR);

test('The inspection of a file is stored beyond the process, until the file changes', async () => {
  const root = await scratchFolder();
  const folder = path.join(root, 'cache');
  const file = path.join(root, 'picture.png');
  await makePicture(file, RED, 8, 6);
  const first = await openInspectionCache(folder, later);
  const inspection = await first.inspect(file, signal);
  await first.save();

  const second = await openInspectionCache(folder, later);
  // An aborted signal would end any reading of the file.
  expect(await second.inspect(file, AbortSignal.abort())).toEqual(inspection);
  await makePicture(file, RED, 9, 6);
  expect(await second.inspect(file, signal)).toMatchObject({ is: 'picture', picture: { width: 9 } });
});

test('A file changed a moment ago is read again, because its times may miss another change', async () => {
  const root = await scratchFolder();
  const file = path.join(root, 'picture.png');
  await makePicture(file, RED, 8, 6);
  const cache = await openInspectionCache(path.join(root, 'cache'), () => new Date());
  await cache.inspect(file, signal);
  await expect(cache.inspect(file, AbortSignal.abort())).rejects.toThrow('aborted');
});

test.each(['', '{', '[]', '{"version":0,"entries":{"/x":{}}}', 'null'])(
  'A cache file with %j counts as none',
  async (text) => {
    const root = await scratchFolder();
    const file = path.join(root, 'picture.png');
    await makePicture(file, RED, 8, 6);
    await mkdir(path.join(root, 'cache'));
    await writeFile(path.join(root, 'cache', 'inspected.json'), text);
    const cache = await openInspectionCache(path.join(root, 'cache'), later);
    expect(await cache.inspect(file, signal)).toMatchObject({ is: 'picture' });
  },
);

test('Entries that were not used for 30 days are removed', async () => {
  const root = await scratchFolder();
  const file = path.join(root, 'picture.png');
  await makePicture(file, RED, 8, 6);
  let now = later();
  const cache = await openInspectionCache(path.join(root, 'cache'), () => now);
  await cache.inspect(file, signal);
  now = new Date(now.getTime() + 31 * DAY);
  await cache.save();
  const next = await openInspectionCache(path.join(root, 'cache'), () => now);
  await expect(next.inspect(file, AbortSignal.abort())).rejects.toThrow('aborted');
});
