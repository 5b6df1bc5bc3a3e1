import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkDisk } from '../../src/assets/asset-disk.ts';
import { assetRoot } from '../../src/assets/paths.ts';
import { createFileDurably, makeFolder, writeFileDurably } from '../../src/assets/work-folder.ts';
import { openChunkStore } from '../../src/drivers/remotion/chunks/chunk-store.ts';
import { assetsHealth } from '../../src/status/assets-health.ts';
import { scratchFolder } from '../helpers/scratch.ts';

test('A folder is made with those above it below ASSET_PATH, any number of times and at once.', async () => {
  const root = await scratchFolder();
  const folder = path.join(root, 'work', 'task', 'chunks');
  await Promise.all(Array.from({ length: 10 }, () => makeFolder(folder, 3)));
  await makeFolder(folder, 3);
  expect(await readdir(path.join(root, 'work', 'task'))).toEqual(['chunks']);
});

test('Nothing creates ASSET_PATH while it is away.', async () => {
  const home = await scratchFolder();
  const root = path.join(home, 'assets');
  const work = path.join(root, 'work');
  const store = await openChunkStore(path.join(work, 'task', 'chunks'), path.join(work, '.chunks'), 'mp4');
  const attempts = await Promise.allSettled([
    makeFolder(path.join(work, 'task', 'chunks'), 3),
    writeFileDurably(path.join(work, 'task', 'manifest.json'), '{}'),
    createFileDurably(path.join(work, 'task', 'manifest.json'), '{}'),
    store.draft('a'),
  ]);
  for (const attempt of attempts)
    expect(attempt).toMatchObject({ status: 'rejected', reason: expect.objectContaining({ code: 'ENOENT' }) });
  expect(await readdir(home)).toEqual([]);
});

test('A file in the place of a folder is reported.', async () => {
  const root = await scratchFolder();
  await mkdir(path.join(root, 'work'));
  await writeFile(path.join(root, 'work', 'task'), '');
  await expect(makeFolder(path.join(root, 'work', 'task', 'chunks'), 3)).rejects.toThrow('ENOTDIR');
  await rm(path.join(root, 'work', 'task'));
  await makeFolder(path.join(root, 'work', 'task', 'chunks'), 3);
});

test('The empty folder that an unmounted disk leaves is not taken for it.', async () => {
  const home = await scratchFolder();
  const root = path.join(home, 'assets');
  // A link leads to another disk at first, as a mount does.
  await symlink('/proc', root);
  await checkDisk(root);
  await rm(root);
  await expect(checkDisk(root)).rejects.toThrow('ENOENT');
  await mkdir(root);
  await expect(checkDisk(root)).rejects.toThrow('no longer mounted');
  await expect(makeFolder(path.join(root, 'work', 'task'), 2)).rejects.toThrow('no longer mounted');
  await expect(assetRoot({ root, aliases: [] })).rejects.toMatchObject({ code: 'asset_folder_unavailable' });
  expect(await assetsHealth(root, 1000)).toMatchObject({ ok: false });
  expect(await readdir(root)).toEqual([]);
  const ordinary = await scratchFolder();
  await checkDisk(ordinary);
  await makeFolder(path.join(ordinary, 'work', 'task'), 2);
});
