import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createFileLock } from '../../src/gpu/file-lock.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const lockFile = async (): Promise<string> => path.join(await scratchFolder(), 'card.lock');

/** Another process that takes the lock, and keeps it. */
async function holderOf(file: string) {
  const program = `
    import { spawn } from 'node:child_process';
    import { open } from 'node:fs/promises';
    const file = await open(process.argv[1], 'a');
    spawn('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', file.fd] })
      .on('exit', (code) => console.log(code));
    setInterval(() => file.fd, 1000);
    setTimeout(() => spawn('sleep', ['60'], { stdio: 'ignore' }), 0);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  onTestFinished(() => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // Gone.
    }
  });
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  expect(printed.toString()).toBe('0\n');
  return child;
}

describe.runIf(process.platform === 'linux')('A lock file', () => {
  test('is for one holder, and then for the next', async () => {
    const lock = createFileLock(await lockFile());
    const held = await lock.take();
    expect(held).toBeDefined();
    expect(await lock.take()).toBeUndefined();
    expect(await lock.readHolder(2000)).toMatchObject({ pid: process.pid, host: hostname() });
    await held?.release();
    await (await lock.take())?.release();
  });

  test('is held while its process is stopped, and free when it is killed, whatever its children do', async () => {
    const file = await lockFile();
    const holder = await holderOf(file);
    const lock = createFileLock(file);
    holder.kill('SIGSTOP');
    expect(await lock.take()).toBeUndefined();
    holder.kill('SIGKILL');
    const held = await vi.waitUntil(() => lock.take(), { timeout: 5000 });
    await held?.release();
  });

  test('shows by its time whether its holder works', async () => {
    const file = await lockFile();
    const lock = createFileLock(file);
    const held = await lock.take();
    expect(await lock.holderAnswers(5000)).toBe(true);
    await utimes(file, 1, 1);
    expect(await lock.holderAnswers(5000)).toBe(false);
    await held?.beat();
    expect(await lock.holderAnswers(5000)).toBe(true);
    await held?.release();
  });

  test('that cannot be made is an error that names it', async () => {
    const file = path.join(await lockFile(), 'nowhere');
    await expect(createFileLock(file).take()).rejects.toThrow(/GPU_LOCK_FILE=.*nowhere cannot be locked.*must exist/);
  });

  test('names flock where it is missing', async () => {
    const { PATH } = process.env;
    process.env['PATH'] = '/nowhere';
    onTestFinished(() => void (process.env['PATH'] = PATH));
    await expect(createFileLock(await lockFile()).take()).rejects.toThrow(/install util-linux/);
  });
});
