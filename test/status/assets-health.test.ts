import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { assetsHealth } from '../../src/status/assets-health.ts';
import { scratchFolder } from '../helpers/scratch.ts';

test('An asset folder that can be written is well', async () => {
  const root = await scratchFolder();
  expect(await assetsHealth(root, 1000)).toEqual({ ok: true, detail: 'can be read and written' });
});

test.each(['gone', 'file/assets', 'gone/assets'])('One at %s is not, and the detail says what to do', async (name) => {
  const base = await scratchFolder();
  await writeFile(path.join(base, 'file'), 'x');
  const { ok, detail } = await assetsHealth(path.join(base, name), 1000);
  expect(ok).toBe(false);
  // Anybody may read it.
  expect(detail).not.toContain(base);
  expect(detail).toContain('it does not exist');
  expect(detail).toContain('mount the disk that ASSET_PATH points to');
});
