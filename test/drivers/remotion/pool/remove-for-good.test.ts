import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeForGood } from '../../../../src/drivers/remotion/pool/remove-for-good.ts';

test('A folder that a dying process makes anew is removed again until it stays away.', async () => {
  const base = await mkdtemp(path.join(tmpdir(), 'remove-'));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const folder = path.join(base, 'tmp');
  await mkdir(folder);
  let rewrites = 0;
  const writer = setInterval(() => {
    if (existsSync(folder)) return;
    rewrites += 1;
    if (rewrites > 3) clearInterval(writer);
    else void mkdir(path.join(folder, 'cache'), { recursive: true });
  }, 5);
  await removeForGood(folder);
  expect(rewrites).toBeGreaterThanOrEqual(3);
  expect(existsSync(folder)).toBe(false);
});
