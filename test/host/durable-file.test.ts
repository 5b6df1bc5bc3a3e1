import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createFile, moveDurably, replaceFile } from '../../src/host/durable-file.ts';
import { readJson, writeJson } from '../../src/host/json-file.ts';
import { scratchFolder } from '../helpers/scratch.ts';

test('A file is replaced whole, and nothing else is left in its folder.', async () => {
  const folder = await scratchFolder();
  const file = path.join(folder, 'note');
  await writeFile(file, 'old and long');
  await replaceFile(file, 'new');
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await readdir(folder)).toEqual(['note']);
});

test('Many writers of one file at once leave the content of one of them, and no other file.', async () => {
  const folder = await scratchFolder();
  const file = path.join(folder, 'note');
  const contents = Array.from({ length: 20 }, (_, writer) => String(writer).repeat(10_000 + writer));
  await Promise.all(contents.map((content) => replaceFile(file, content)));
  expect(contents).toContain(await readFile(file, 'utf8'));
  expect(await readdir(folder)).toEqual(['note']);
});

test('A file that cannot take its place leaves nothing behind.', async () => {
  const folder = await scratchFolder();
  await mkdir(path.join(folder, 'taken'));
  await expect(replaceFile(path.join(folder, 'taken'), 'new')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(await readdir(folder)).toEqual(['taken']);
});

test('A new file is created only where there is none.', async () => {
  const file = path.join(await scratchFolder(), 'note');
  await createFile(file, 'first');
  await expect(createFile(file, 'second')).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(file, 'utf8')).toBe('first');
});

test('A finished file moves over the one that is in its place.', async () => {
  const folder = await scratchFolder();
  await writeFile(path.join(folder, 'part'), 'finished');
  await writeFile(path.join(folder, 'film'), 'old');
  await moveDurably(path.join(folder, 'part'), path.join(folder, 'film'));
  expect(await readFile(path.join(folder, 'film'), 'utf8')).toBe('finished');
  expect(await readdir(folder)).toEqual(['film']);
});

test('JSON comes back as it was written; a missing or torn file is undefined.', async () => {
  const file = path.join(await scratchFolder(), 'new', 'note.json');
  expect(await readJson(file)).toBeUndefined();
  await writeJson(file, { name: '任务' });
  expect(await readJson(file)).toEqual({ name: '任务' });
  await writeFile(file, '{"name":');
  expect(await readJson(file)).toBeUndefined();
});
