import { createHash } from 'node:crypto';
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { FileFacts } from '../../src/assets/describe-file.ts';
import { isTaken, publish, refuseTaken, waitingFile } from '../../src/assets/publish.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const device = async (folder: string): Promise<number | undefined> => (await stat(folder).catch(() => undefined))?.dev;

test('A finished film is moved to its place, and replaces what is there if it may.', async () => {
  const folder = await scratchFolder();
  const [made, output] = [path.join(folder, 'made.mp4'), path.join(folder, 'film.mp4')];
  await writeFile(made, 'new');
  await writeFile(output, 'old');
  await publish(made, output, { workDir: path.join(folder, 'work'), overwrite: true });
  expect(await readFile(output, 'utf8')).toBe('new');
  expect(await readdir(folder)).toEqual(['film.mp4', 'work']);
});

test('It also comes from another file system, without being seen half copied.', async (context) => {
  const folder = await scratchFolder();
  if ([undefined, await device(folder)].includes(await device('/dev/shm')))
    context.skip('there is only one file system');
  const elsewhere = await mkdtemp('/dev/shm/publish-');
  onTestFinished(() => rm(elsewhere, { recursive: true }));
  const [made, output] = [path.join(elsewhere, 'made.mp4'), path.join(folder, 'film.mp4')];
  await writeFile(made, 'new');
  await publish(made, output, { workDir: path.join(elsewhere, 'work') });
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

test('A name of many bytes waits under one that the disk takes.', () => {
  for (const letter of ['电', '𠮷', '👋', 'é', 'a'])
    expect(Buffer.byteLength(path.basename(waitingFile(`/out/${letter.repeat(60)}.mp4`, '/tasks/1')))).toBeLessThan(
      100,
    );
});

/** A folder with a finished file of each of these tasks, and what publishes it to `film.mp4`. */
async function tasks(names: readonly string[]) {
  const folder = await scratchFolder();
  const output = path.join(folder, 'film.mp4');
  const workDirOf = (name: string): string => path.join(folder, 'work', name);
  const put = async (name: string, content = name): Promise<string> => {
    await mkdir(workDirOf(name), { recursive: true });
    const made = path.join(workDirOf(name), 'made.mp4');
    await writeFile(made, content);
    return made;
  };
  for (const name of names) await put(name);
  const publishOf = (name: string, more: { overwrite?: boolean } = {}): Promise<FileFacts> =>
    publish(path.join(workDirOf(name), 'made.mp4'), output, { workDir: workDirOf(name), ...more });
  return { output, put, publishOf, workDirOf };
}

test('A published file is told with its size and the hash of its content.', async () => {
  const { output, publishOf } = await tasks(['one']);
  const sha256 = createHash('sha256').update('one').digest('hex');
  expect(await publishOf('one')).toEqual({ file: output, sizeBytes: 3, sha256 });
});

test('The file of another task or person is never replaced unless that is wanted.', async () => {
  const { output, publishOf, workDirOf } = await tasks(['one', 'two']);
  await publishOf('one');
  await expect(publishOf('two')).rejects.toMatchObject({ code: 'output_exists' });
  expect(await readFile(output, 'utf8')).toBe('one');
  expect(await isTaken(output, { workDir: workDirOf('two') })).toBe(true);
  await expect(refuseTaken([output], { workDir: workDirOf('two') })).rejects.toMatchObject({ code: 'output_exists' });
  expect(await isTaken(output, { workDir: workDirOf('two'), overwrite: true })).toBe(false);
  await publishOf('two', { overwrite: true });
  expect(await readFile(output, 'utf8')).toBe('two');
});

test('A task replaces its own file in a later attempt, and nobody else’s that came there since.', async () => {
  const { output, put, publishOf } = await tasks(['one', 'two']);
  await publishOf('one');
  await put('one', 'one again');
  await publishOf('one');
  expect(await readFile(output, 'utf8')).toBe('one again');
  await publishOf('two', { overwrite: true });
  await put('one');
  await expect(publishOf('one')).rejects.toMatchObject({ code: 'output_exists' });
});

test('A task that was killed between the move and its end goes on: its file is known as its own.', async () => {
  const { output, put, publishOf, workDirOf } = await tasks(['one']);
  const made = path.join(workDirOf('one'), 'made.mp4');
  // As after `link` and before `rm`.
  await publishOf('one');
  await link(output, made);
  await rm(made);
  await put('one', 'next attempt');
  await publishOf('one');
  expect(await readFile(output, 'utf8')).toBe('next attempt');
});

test('Of many tasks that end at once with one name, one is published and the others get an error.', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `task-${index}`);
  const { output, publishOf } = await tasks(names);
  const ends = await Promise.allSettled(names.map((name) => publishOf(name)));
  const [winner, ...others] = names.filter((_, index) => ends[index]?.status === 'fulfilled');
  expect(others).toEqual([]);
  expect(await readFile(output, 'utf8')).toBe(winner);
});

test('A link, even one that leads nowhere, counts as a file.', async () => {
  const { output, publishOf } = await tasks(['one']);
  await symlink('/nowhere', output);
  await expect(publishOf('one')).rejects.toMatchObject({ code: 'output_exists' });
});

test('The file of an older run is found by its name, which contains the id of the task.', async () => {
  const folder = await scratchFolder();
  const output = path.join(folder, 'render_0b7f6c1e.mp4');
  await writeFile(output, 'x');
  expect(await isTaken(output, { workDir: '/work/0b7f6c1e' })).toBe(false);
  expect(await isTaken(output, { workDir: '/work/other' })).toBe(true);
});
