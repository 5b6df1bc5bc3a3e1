import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createSocketLock } from '../../src/gpu/socket-lock.ts';
import { socketName } from '../../src/host/socket-name.ts';

describe.runIf(process.platform === 'linux')('The lock of a card', () => {
  test('is for one holder, who answers, and then for the next', async () => {
    const lock = createSocketLock(randomUUID());
    const held = await lock.take();
    expect(held).toBeDefined();
    expect(await lock.take()).toBeUndefined();
    expect(await lock.holderAnswers(2000)).toBe(true);
    expect(await lock.readHolder(2000)).toMatchObject({ pid: process.pid, host: hostname() });
    await held?.release();
    expect(await lock.holderAnswers(2000)).toBe(false);
    expect(await lock.readHolder(2000)).toBeUndefined();
    await (await lock.take())?.release();
  });

  test('answers within a third of a lease, whatever that is', async () => {
    const lock = createSocketLock(randomUUID());
    const held = await lock.take();
    expect(await lock.holderAnswers(5000 / 3)).toBe(true);
    expect(await lock.readHolder(5000 / 3)).toMatchObject({ pid: process.pid });
    await held?.release();
  });

  test('is one for each card', async () => {
    const locks = await Promise.all([randomUUID(), randomUUID()].map((card) => createSocketLock(card).take()));
    expect(locks).not.toContain(undefined);
    for (const lock of locks) await lock?.release();
  });

  test('is held while its process is stopped, which does not answer then, and free when it is killed', async () => {
    const card = randomUUID();
    const program = `require('net').createServer((asker) => asker.end('x')).listen({ path: process.argv[1].replace('@', '\\0') }, () => console.log('held'))`;
    const holder = spawn(process.execPath, ['-e', program, socketName(card).replace('\0', '@')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder.stdout, 'data');
    const lock = createSocketLock(card);
    expect(await lock.holderAnswers(2000)).toBe(true);
    // A holder of an earlier version answers without its name.
    expect(await lock.readHolder(2000)).toBeUndefined();
    holder.kill('SIGSTOP');
    expect(await lock.take()).toBeUndefined();
    expect(await lock.holderAnswers(200)).toBe(false);
    holder.kill('SIGKILL');
    const held = await vi.waitUntil(() => lock.take(), { timeout: 5000 });
    await held?.release();
  });
});
