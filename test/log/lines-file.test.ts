import { spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
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

function setUp(file: string, mostBytes = 1_000_000) {
  const troubles: string[] = [];
  const tries = new EventEmitter();
  const onTrouble = (reason: string): void => {
    troubles.push(reason);
    tries.emit('try');
  };
  const log = createLinesFile({ file, mostBytes, files: 3, lossLine, retryMs: 10, onTrouble });
  return {
    add: log.add,
    /** Resolves with the reason when so many tries were in vain. */
    async troubled(times = 1): Promise<string | undefined> {
      while (troubles.length < times) await once(tries, 'try');
      return troubles[times - 1];
    },
  };
}

test('Lines that come while others are written or gather are all in the file, in their order', async () => {
  const file = path.join(await folder(), 'worker.log');
  const log = setUp(file);
  const lines = Array.from({ length: 60 }, (_, index) => `line ${index}`);
  for (const [index, line] of lines.entries()) {
    log.add(line);
    if (index % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (index % 20 === 0) await vi.waitUntil(async () => (await linesOf(file)).includes(line), 20_000);
  }
  await vi.waitUntil(async () => (await linesOf(file)).length === lines.length, 20_000);
  expect(await linesOf(file)).toEqual(lines);
});

test.runIf(existsSync('/dev/full'))(
  'A full disk costs no line that fits into memory, and the log goes on',
  async () => {
    const file = path.join(await folder(), 'worker.log');
    await symlink('/dev/full', file);
    const log = setUp(file);
    for (let index = 0; index < 100; index += 1) log.add(`line ${index}`);
    expect(await log.troubled()).toBe('ENOSPC');
    await rm(file);
    log.add('after');
    await vi.waitUntil(async () => (await linesOf(file)).includes('after'), 20_000);
    expect(await linesOf(file)).toEqual([...Array.from({ length: 100 }, (_, index) => `line ${index}`), 'after']);
  },
);

const LONG = 'x'.repeat(1023);

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
  for (let index = 0; index < 5000; index += 1) log.add(LONG);
  expect(await log.troubled()).toBe(code);
  await mendIt(file);
  const lines = await vi.waitUntil(async () => {
    const found = await linesOf(file);
    return found.some((line) => line.includes('lost')) && found;
  }, 20_000);
  expect(lines.slice(0, -1)).toEqual(Array.from({ length: 256 }, () => LONG));
  expect(lines.at(-1)).toBe(`${5000 - 256} lost (${code})`);
});

const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0;

/** Whether we may mount file systems: as root, in no tight container. */
function canMount(): boolean {
  const dir = mkdtempSync(path.join(tmpdir(), 'mount-'));
  const can = mount('-t', 'tmpfs', '-o', 'size=4096', 'tmpfs', dir) && spawnSync('umount', [dir]).status === 0;
  rmdirSync(dir);
  return can;
}

/** A file system of so many bytes. */
async function smallDisk(bytes: number): Promise<string> {
  const dir = await folder();
  mount('-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', dir);
  onTestFinished(() => void spawnSync('umount', [dir]));
  return dir;
}

test.runIf(canMount())(
  'A disk that is full for many tries costs one gap with one line about it, and no line is broken',
  async () => {
    const dir = await smallDisk(128 * 1024);
    const file = path.join(dir, 'server.log');
    const filler = path.join(dir, 'filler');
    await writeFile(filler, Buffer.alloc(100 * 1024));
    const log = setUp(file);
    let added = 0;
    const addMany = (count: number): void => {
      for (let index = 0; index < count; index += 1) log.add(`line ${added++} ${LONG}`);
    };
    addMany(400);
    expect(await log.troubled()).toBe('ENOSPC');
    // The file is as long as the disk lets it be, in the midst of a line.
    expect((await readFile(file, 'utf8')).endsWith('\n')).toBe(false);
    for (let tries = 2; tries < 20; tries += 1) {
      addMany(50);
      await log.troubled(tries);
    }
    // Room for all that waits in memory, and more.
    mount('-o', 'remount,size=4m', dir);
    const lines = await vi.waitUntil(async () => {
      const found = await linesOf(file);
      return found.some((line) => line.includes('lost')) && found;
    }, 20_000);
    log.add('after');
    await vi.waitUntil(async () => (await linesOf(file)).includes('after'), 20_000);
    const losses = lines.filter((line) => line.includes('lost'));
    expect(losses).toEqual([`${added - (lines.length - 1)} lost (ENOSPC)`]);
    expect(lines.slice(0, -1)).toEqual(Array.from({ length: lines.length - 1 }, (_, index) => `line ${index} ${LONG}`));
  },
);

test('A file that has grown is set aside, and so many are kept', async () => {
  const dir = await folder();
  const log = setUp(path.join(dir, 'server.log'), 100);
  for (let index = 0; index < 10; index += 1) {
    log.add(`${index}`.repeat(120));
    await vi.waitUntil(async () => (await linesOf(path.join(dir, 'server.log')))[0]?.startsWith(`${index}`), 20_000);
  }
  expect((await readdir(dir)).toSorted()).toEqual(['server.log', 'server1.log', 'server2.log']);
  expect(await linesOf(path.join(dir, 'server2.log'))).toEqual(['7'.repeat(120)]);
});

test('A terminal that was blocked for a while gets the number of missed lines', () => {
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
