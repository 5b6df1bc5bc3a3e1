import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { publish, waitingFile } from '../../src/assets/publish.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const device = async (folder: string): Promise<number | undefined> => (await stat(folder).catch(() => undefined))?.dev;

test('A finished film is moved to its place and replaces what was there.', async () => {
  const folder = await scratchFolder();
  const [made, output] = [path.join(folder, 'made.mp4'), path.join(folder, 'film.mp4')];
  await writeFile(made, 'new');
  await writeFile(output, 'old');
  await publish(made, output, waitingFile(output, '/tasks/1'));
  expect(await readFile(output, 'utf8')).toBe('new');
  expect(await readdir(folder)).toEqual(['film.mp4']);
});

test('It also comes from another file system, without being seen half copied.', async (context) => {
  const folder = await scratchFolder();
  if ([undefined, await device(folder)].includes(await device('/dev/shm')))
    context.skip('there is only one file system');
  const elsewhere = await mkdtemp('/dev/shm/publish-');
  onTestFinished(() => rm(elsewhere, { recursive: true }));
  const [made, output] = [path.join(elsewhere, 'made.mp4'), path.join(folder, 'film.mp4')];
  await writeFile(made, 'new');
  await publish(made, output, waitingFile(output, '/tasks/1'));
  expect(await readFile(output, 'utf8')).toBe('new');
  expect(await readdir(folder)).toEqual(['film.mp4']);
});

test('The name under which it waits is hidden, short, and the task’s own.', () => {
  const long = `/out/${'film'.repeat(60)}.mp4`;
  const name = path.basename(waitingFile(long, '/tasks/1'));
  expect(name).toMatch(/^\.film.*\.part$/);
  expect(name.length).toBeLessThan(100);
  expect(waitingFile(long, '/tasks/1')).toBe(waitingFile(long, '/tasks/1'));
  expect(waitingFile(long, '/tasks/1')).not.toBe(waitingFile(long, '/tasks/2'));
});
