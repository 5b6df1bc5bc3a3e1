import { mkdir, readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sweepBundles, useBundle } from '../../../../src/drivers/remotion/bundle/bundle-folder.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';

const HOUR_MS = 3_600_000;

/** A folder of bundles, each last used so many hours ago. */
async function bundles(ages: Record<string, number>): Promise<string> {
  const folder = await scratchFolder();
  for (const [name, hours] of Object.entries(ages)) {
    const time = new Date(Date.now() - hours * HOUR_MS);
    await mkdir(path.join(folder, name, 'public'), { recursive: true });
    await utimes(path.join(folder, name), time, time);
  }
  return folder;
}

test('Bundles that nothing has used for a month go, and so do those left half done an hour ago', async () => {
  const folder = await bundles({ old: 31 * 24, recent: 29 * 24, '.half-old': 2, '.half-recent': 0.5 });
  await sweepBundles(folder, new Date());
  expect((await readdir(folder)).toSorted((a, b) => a.localeCompare(b))).toEqual(['.half-recent', 'recent']);
});

test('A bundle stays when it is used, however old it is', async () => {
  const folder = await bundles({ old: 400 * 24 });
  expect(await useBundle(path.join(folder, 'old'))).toBe(true);
  await sweepBundles(folder, new Date());
  expect(await readdir(folder)).toEqual(['old']);
  expect(await useBundle(path.join(folder, 'missing'))).toBe(false);
});
