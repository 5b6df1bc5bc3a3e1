import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { lockCard, lockName } from '../../src/gpu/host-lock.ts';

const never = new AbortController().signal;
const nobody = () => undefined;

describe.runIf(process.platform === 'linux')('The lock of a card', () => {
  test('is for one holder, who is named to those who wait, and goes to the next when it is released', async () => {
    const card = randomUUID();
    const first = await lockCard(card, { signal: never, onHeld: nobody });
    const onHeld = vi.fn<(pid: string | undefined) => void>();
    const second = lockCard(card, { signal: never, onHeld });
    await vi.waitUntil(() => onHeld.mock.calls.length > 0);
    expect(onHeld).toHaveBeenCalledExactlyOnceWith(String(process.pid));
    await first.release();
    await (await second).release();
  });

  test('is one a card', async () => {
    const locks = [randomUUID(), randomUUID()].map((card) => lockCard(card, { signal: never, onHeld: nobody }));
    for (const lock of await Promise.all(locks)) await lock.release();
  });

  test('is no longer waited for once nobody wants it', async () => {
    const card = randomUUID();
    const first = await lockCard(card, { signal: never, onHeld: nobody });
    await expect(lockCard(card, { signal: AbortSignal.timeout(50), onHeld: nobody })).rejects.toThrow('abort');
    await first.release();
  });

  test('is held while its process is stopped, and free when it is killed', async () => {
    const card = randomUUID();
    const program = `require('net').createServer().listen({ path: process.argv[1].replace('@', '\\0') }, () => console.log('held'))`;
    const holder = spawn(process.execPath, ['-e', program, lockName(card).replace('\0', '@')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder.stdout, 'data');
    holder.kill('SIGSTOP');
    const onHeld = vi.fn<(pid: string | undefined) => void>();
    const waiting = lockCard(card, { signal: never, onHeld });
    await vi.waitUntil(() => onHeld.mock.calls.length > 0, { timeout: 5000 });
    expect(onHeld).toHaveBeenCalledExactlyOnceWith(undefined);
    holder.kill('SIGKILL');
    await (await waiting).release();
  });
});
