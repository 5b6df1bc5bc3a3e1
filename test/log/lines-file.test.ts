import { mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLinesFile } from '../../src/log/lines-file.ts';
import { createTerminalLines } from '../../src/log/terminal-lines.ts';

async function folder(): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'lines-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const lossLine = (lost: number, reason: string): string => `${lost} lost (${reason})`;
const linesOf = async (file: string): Promise<string[]> =>
  (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1);

const setUp = (file: string, mostBytes = 1_000_000) =>
  createLinesFile({ file, mostBytes, files: 3, lossLine, retryMs: 10 });

test.runIf(existsSync('/dev/full'))(
  'A full disk costs no line that fits into memory, and the log goes on',
  async () => {
    const file = path.join(await folder(), 'worker.log');
    await symlink('/dev/full', file);
    const log = setUp(file);
    for (let index = 0; index < 100; index += 1) log.add(`line ${index}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await rm(file);
    log.add('after');
    await vi.waitUntil(async () => (await linesOf(file)).includes('after'));
    expect(await linesOf(file)).toEqual([...Array.from({ length: 100 }, (_, index) => `line ${index}`), 'after']);
  },
);

test.each([
  ['a full disk', 'ENOSPC', (file: string) => symlink('/dev/full', file), (file: string) => rm(file)],
  [
    'a folder that is away',
    'ENOENT',
    (file: string) => rename(path.dirname(file), `${path.dirname(file)}.away`),
    (file: string) => rename(`${path.dirname(file)}.away`, path.dirname(file)),
  ],
])('After %s one line says how many are missing, and why', async (_, code, breakIt, mendIt) => {
  const file = path.join(await folder(), 'worker.log');
  await breakIt(file);
  const log = setUp(file);
  const long = 'x'.repeat(1023);
  for (let index = 0; index < 5000; index += 1) log.add(long);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await mendIt(file);
  const lines = await vi.waitUntil(async () => {
    const found = await linesOf(file);
    return found.some((line) => line.includes('lost')) && found;
  });
  expect(lines.slice(0, -1)).toEqual(Array.from({ length: 256 }, () => long));
  expect(lines.at(-1)).toBe(`${5000 - 256} lost (${code})`);
});

test('A file that has grown is set aside, and so many are kept', async () => {
  const dir = await folder();
  const log = setUp(path.join(dir, 'server.log'), 100);
  for (let index = 0; index < 10; index += 1) {
    log.add(`${index}`.repeat(120));
    await vi.waitUntil(async () => (await linesOf(path.join(dir, 'server.log')))[0]?.startsWith(`${index}`));
  }
  expect((await readdir(dir)).toSorted()).toEqual(['server.log', 'server1.log', 'server2.log']);
  expect(await linesOf(path.join(dir, 'server2.log'))).toEqual(['7'.repeat(120)]);
});

test('A terminal that takes nothing for a while is told how many lines it missed', () => {
  const written: string[] = [];
  let full = false;
  const print = createTerminalLines(lossLine, (text) => {
    if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    written.push(text);
  });
  print('one');
  full = true;
  print('two');
  print('three');
  full = false;
  print('four');
  print('five');
  expect(written).toEqual(['one\n', '2 lost (ENOSPC)\nfour\n', 'five\n']);
});
