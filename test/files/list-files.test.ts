import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listFiles } from '../../src/files/list-files.ts';
import { scratchFolder } from '../helpers/scratch.ts';

async function folderOf(files: readonly string[]) {
  const root = await scratchFolder();
  for (const folder of new Set(files.map((file) => path.dirname(file))))
    await mkdir(path.join(root, folder), { recursive: true });
  await Promise.all(files.map((file) => writeFile(path.join(root, file), 'x')));
  return { root, aliases: [] };
}

/** All pages, each with its paths. */
async function pages(assets: { root: string; aliases: [] | never[] }, prefix: string, limit: number) {
  const found: string[][] = [];
  for (let after: string | null = ''; after !== null;) {
    const page = await listFiles(assets, { prefix, after, limit });
    found.push(page.files.map((file) => file.path));
    after = page.next;
  }
  return found;
}

test('Pages list every shown file once, in the order of paths, whatever their size', async () => {
  const shown = ['a-b.txt', 'a.txt', 'a/b.txt', 'a/b/c.txt', 'a/b/d.txt', 'a0.txt', 'out/1.png', 'ä.txt', '灯/塔.png'];
  const assets = await folderOf([...shown, 'work/t/x', '.hidden', 'a/.part', '.h/x', 'WORK/y']);
  const sorted = shown.toSorted();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom('', 'a', 'a/', 'a/b', 'a/b/', 'a/b.', 'out', 'none', 'work', '.h', '灯'),
      async (limit, prefix) => {
        const found = await pages(assets, prefix, limit);
        expect(found.flat()).toEqual(sorted.filter((file) => file.startsWith(prefix)));
        expect(found.every((page) => page.length <= limit)).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});

test('A folder with five thousand files is listed page by page', async () => {
  const names = Array.from({ length: 5000 }, (_, index) => `many/${String(index).padStart(5, '0')}.txt`);
  const assets = await folderOf([...names, 'z.txt']);
  const found = await pages(assets, '', 1000);
  expect(found.flat()).toEqual([...names, 'z.txt']);
});

test('A link to a file inside is listed; links to folders, to the outside and to nowhere are not', async () => {
  const outside = await scratchFolder();
  await writeFile(path.join(outside, 'secret.txt'), 'x');
  const assets = await folderOf(['a/b.txt', 'work/x.txt']);
  const { root } = assets;
  await symlink(path.join(root, 'a/b.txt'), path.join(root, 'good.txt'));
  await symlink(path.join(root, 'a'), path.join(root, 'folder'));
  await symlink(root, path.join(root, 'a/loop'));
  await symlink(path.join(outside, 'secret.txt'), path.join(root, 'secret.txt'));
  await symlink(outside, path.join(root, 'out'));
  await symlink(path.join(root, 'work/x.txt'), path.join(root, 'x.txt'));
  await symlink('nowhere', path.join(root, 'broken.txt'));
  expect(await pages(assets, '', 100)).toEqual([['a/b.txt', 'good.txt']]);
});

test('A listed file has its address, its type by its bytes, its size and when it was made', async () => {
  const assets = await folderOf([]);
  await writeFile(path.join(assets.root, 'ä b#.png'), '<!doctype html><p>no picture');
  const { files } = await listFiles(assets, { prefix: '', after: '', limit: 1 });
  expect(files).toEqual([
    {
      path: 'ä b#.png',
      url: '/assets/%C3%A4%20b%23.png',
      kind: 'text',
      content_type: 'text/html; charset=utf-8',
      size_bytes: 28,
      modified_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    },
  ]);
});
