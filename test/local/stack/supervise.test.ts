import { readFile, stat } from 'node:fs/promises';
import { getPriority } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ChildSpec } from '../../../src/local/stack/child.ts';
import { identify, isAlive } from '../../../src/host/process-identity.ts';
import { backoffMs, supervise, type Supervised } from '../../../src/local/stack/supervise.ts';
import { createLines, type Lines } from '../../helpers/lines.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const PROGRAM = fileURLToPath(new URL('../../fixtures/programs/child.mjs', import.meta.url));

function child(
  mode: string,
  more: Partial<ChildSpec> = {},
  onRun?: (pid: number) => Promise<void>,
): { child: Supervised; lines: Lines } {
  const lines = createLines();
  const spec: ChildSpec = {
    name: 'Child',
    command: process.execPath,
    args: [PROGRAM, mode],
    env: process.env,
    ready: 'message',
    readyLimitMs: 10_000,
    graceMs: 5000,
    output: { file: path.join('/dev', 'null') },
    ...more,
  };
  const supervised = supervise(spec, { logger: lines.logger, ...(onRun === undefined ? {} : { onRun }) });
  onTestFinished(() => supervised.stop());
  return { child: supervised, lines };
}

const pidOf = (supervised: Supervised): number => {
  const pid = supervised.pid();
  if (pid === undefined) throw new Error('it does not run');
  return pid;
};

describe('A supervised child', () => {
  test('has a lower priority if its description says so', async () => {
    const { child: equal } = child('obedient');
    const { child: lower } = child('obedient', { nice: 3 });
    await Promise.all([equal.start(), lower.start()]);
    expect(getPriority(pidOf(equal))).toBe(getPriority());
    expect(getPriority(pidOf(lower))).toBe(Math.min(19, getPriority() + 3));
  });

  test('is started again, with a message, when it is killed', async () => {
    const { child: supervised, lines } = child('obedient');
    await supervised.start();
    const first = pidOf(supervised);
    await supervised.kill('SIGKILL');
    await supervised.whenReady();
    expect(pidOf(supervised)).not.toBe(first);
    await lines.line('Child ended (signal SIGKILL)');
    await lines.line('Child: running again');
  });

  test('is started again when its first runs end by themselves before they are ready', async () => {
    const runs = path.join(await scratchFolder(), 'runs');
    const { child: supervised, lines } = child('unlucky', { args: [PROGRAM, 'unlucky', runs, '2'] });
    await supervised.start();
    expect(await readFile(runs, 'utf8')).toBe('...');
    expect(lines.said.filter((line) => line.includes('Child ended (exit code 2)'))).toHaveLength(2);
    await lines.line('Child: running again');
    const first = pidOf(supervised);
    await supervised.kill('SIGKILL');
    await supervised.whenReady();
    expect(pidOf(supervised)).not.toBe(first);
  });

  test('makes start fail when three runs end before they are ready, and is not started again', async () => {
    const runs = path.join(await scratchFolder(), 'runs');
    const { child: supervised, lines } = child('unlucky', { args: [PROGRAM, 'unlucky', runs, '9'] });
    await expect(supervised.start()).rejects.toThrow('Child ended before it was ready (exit code 2)');
    await supervised.stop();
    expect(await readFile(runs, 'utf8')).toBe('...');
    expect(lines.said.filter((line) => line.includes('starting again'))).toHaveLength(2);
  });

  test('can be stopped between two first runs', async () => {
    const { child: supervised, lines } = child('failing');
    const started = supervised.start();
    started.catch(() => undefined);
    await lines.line('starting again');
    await supervised.stop();
    await expect(started).rejects.toThrow('Child was stopped');
    expect(supervised.pid()).toBeUndefined();
  });

  test('gets other arguments in each run when it asks for them', async () => {
    const runs = path.join(await scratchFolder(), 'runs');
    const failures = ['9', '0'];
    const moreArgs = async () => [failures.shift() ?? ''];
    const { child: supervised } = child('unlucky', { args: [PROGRAM, 'unlucky', runs], moreArgs });
    await supervised.start();
    expect(failures).toEqual([]);
  });

  test('makes start fail when it is not ready in time, and is killed', async () => {
    const { child: supervised } = child('silent', { readyLimitMs: 300 });
    const started = supervised.start();
    const pid = pidOf(supervised);
    await expect(started).rejects.toThrow('Child was not ready within 0.3 s');
    await supervised.stop();
    expect(await identify(pid)).toBeUndefined();
  });

  test('makes start fail when its program does not exist', async () => {
    const { child: supervised } = child('obedient', {
      command: '/nowhere/program',
      ready: () => new Promise(() => {}),
    });
    await expect(supervised.start()).rejects.toThrow('ENOENT');
  });

  test('stops for good when it is told to, and can be started once more', async () => {
    const { child: supervised, lines } = child('obedient');
    await supervised.start();
    const first = await identify(pidOf(supervised));
    await supervised.stop();
    expect(first !== undefined && (await isAlive(first))).toBe(false);
    expect(supervised.pid()).toBeUndefined();
    expect(lines.said).toEqual([]);
    await supervised.start();
    expect(pidOf(supervised)).not.toBe(first?.pid);
  });

  test('is killed when it does not stop within its grace', async () => {
    const { child: supervised } = child('stubborn', { graceMs: 200 });
    await supervised.start();
    const pid = pidOf(supervised);
    await supervised.stop();
    expect(await identify(pid)).toBeUndefined();
  });

  test('is recorded before anything else happens to it', async () => {
    const pids: number[] = [];
    const { child: supervised } = child('obedient', {}, async (pid) => void pids.push(pid));
    await supervised.start();
    expect(pids).toEqual([supervised.pid()]);
  });

  test('makes start fail, and is killed, when its first run cannot be recorded', async () => {
    let first = 0;
    const { child: supervised, lines } = child('obedient', {}, async (pid) => {
      first = pid;
      throw new Error('ENOSPC: no space left on device');
    });
    await expect(supervised.start()).rejects.toThrow('no space left');
    await supervised.stop();
    expect(await identify(first)).toBeUndefined();
    expect(lines.said.join()).not.toContain('starting again');
  });

  test('continues, with a warning, when a later run cannot be recorded', async () => {
    const pids: number[] = [];
    const { child: supervised, lines } = child('obedient', {}, async (pid) => {
      if (pids.push(pid) > 1) throw new Error('ENOSPC: no space left on device');
    });
    await supervised.start();
    await supervised.kill('SIGKILL');
    await supervised.whenReady();
    await lines.line(`could not be recorded: ENOSPC`);
    expect(supervised.pid()).toBe(pids[1]);
  });

  test('makes start fail when its log cannot be opened', async () => {
    const { child: supervised } = child('obedient', { output: { file: '/dev/null/log' } });
    await expect(supervised.start()).rejects.toThrow('/dev/null');
  });

  test('has its log kept small while it runs, and goes on writing to it', async () => {
    const file = path.join(await scratchFolder(), 'child.log');
    const { child: supervised } = child('chatty', { output: { file, limitBytes: 2000, lookMs: 10 } });
    await supervised.start();
    const seen = new Set<number>();
    // Set aside again and again, each time about as much as the limit.
    await vi.waitFor(async () => {
      seen.add((await stat(`${file}.1`)).mtimeMs);
      expect(seen.size).toBeGreaterThan(3);
    }, 20_000);
    expect((await stat(file)).size).toBeLessThan(100_000);
    expect((await readFile(`${file}.1`, 'utf8')).startsWith('chatter chatter')).toBe(true);
  });
});

test('The pauses between starts grow from half a second to half a minute', () => {
  expect([0, 1, 2, 3, 20].map(backoffMs)).toEqual([500, 500, 1000, 2000, 30_000]);
});
