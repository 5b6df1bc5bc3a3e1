import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../src/local/stack/ports.ts';
import { HELD_EXIT_CODE } from '../../src/watchdog/watchdog.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

const HOLD = fileURLToPath(new URL('../fixtures/programs/hold-loop.mjs', import.meta.url));
const SERVER = fileURLToPath(new URL('../../dist/src/server.js', import.meta.url));

/** An API that no supervisor starts again, and whose loop SIGUSR2 holds. */
async function startApi(env: NodeJS.ProcessEnv) {
  const folder = await scratchFolder();
  const { temporalAddress, redisHost, redisPort } = sharedServers();
  const port = await freePort();
  const child = spawn(process.execPath, [SERVER], {
    env: {
      ...process.env,
      NODE_OPTIONS: `--import=${HOLD}`,
      TEMPORAL_ADDRESS: temporalAddress,
      REDIS_HOST: redisHost,
      REDIS_PORT: String(redisPort),
      HOST: '127.0.0.1',
      PORT: String(port),
      ASSET_PATH: folder,
      LOG_DIR: folder,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  await once(child, 'message');
  return {
    ended,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    answers: () => fetch(`http://127.0.0.1:${port}/health`).then(({ ok }) => ok),
    log: () => readFile(path.join(folder, 'server.log'), 'utf8'),
  };
}

/** V8 may abort when its process is ended in the middle of JavaScript. */
const ENDED = [String(HELD_EXIT_CODE), 'SIGABRT'];

describe('A process whose event loop is held', () => {
  test.each([
    ['turning', ENDED, /held for \d s, longer than WATCHDOG_SECONDS.*It is held at process\.turning \(.*hold-loop/],
    ['matching', ENDED, /It is held at .*hold-loop/],
    // Where in a turn of its promises it is met is a matter of chance.
    ['promising', ENDED, /It is held at \S/],
    ['waiting', ENDED, /It is held at .*hold-loop/],
    ['blocking', ['SIGKILL'], /It is held in no JavaScript/],
  ])('by %s ends with one of %j, and its log says where it was held', async (way, how, line) => {
    const api = await startApi({ WATCHDOG_SECONDS: '2', HOLD_LOOP: way });
    api.kill('SIGUSR2');
    expect(how).toContain(String(await api.ended));
    const said = (await api.log()).split('\n').filter((text) => text.includes('event loop'));
    expect(said).toEqual([expect.stringMatching(/^\S+ \S+ - GPUServer - ERROR - ❌ The event loop has been held/)]);
    expect(said[0]).toMatch(line);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'ends within its grace after %s, whatever the watchdog allows',
    async (signal) => {
      const api = await startApi({ WATCHDOG_SECONDS: '86400', SHUTDOWN_GRACE_SECONDS: '2' });
      api.kill('SIGUSR2');
      api.kill(signal);
      expect(ENDED).toContain(String(await api.ended));
      expect(await api.log()).toContain('and the process was asked to stop');
    },
  );
});

test('A process that was stopped for longer than the watchdog allows goes on', async () => {
  const api = await startApi({ WATCHDOG_SECONDS: '2' });
  for (let times = 0; times < 3; times += 1) {
    api.kill('SIGSTOP');
    await delay(3000);
    api.kill('SIGCONT');
    expect(await api.answers()).toBe(true);
  }
  expect(await api.log()).not.toContain('event loop');
  api.kill('SIGTERM');
  expect(await api.ended).toBe(0);
});

test('A watchdog that is switched off ends nothing', async () => {
  const api = await startApi({ WATCHDOG_SECONDS: '0', SHUTDOWN_GRACE_SECONDS: '1' });
  api.kill('SIGUSR2');
  expect(await Promise.race([api.ended, delay(4000, 'still held')])).toBe('still held');
});
