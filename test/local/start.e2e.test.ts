import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { freePort } from '../../src/local/stack/ports.ts';
import { identify } from '../../src/host/process-identity.ts';
import { readState, stopLeftovers } from '../../src/local/stack/state-file.ts';
import { startCommand } from '../helpers/started-command.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

const RUNNING = 'The middleware is running.';

/** `npm start` on ports and a data folder of its own. */
async function prepareStart() {
  const folder = await scratchFolder();
  const dataDir = path.join(folder, 'data');
  onTestFinished(async () => {
    const left = await readState(dataDir);
    if (left !== undefined) await stopLeftovers(left, 1000);
  });
  const assets = path.join(folder, 'assets');
  await mkdir(assets);
  const port = await freePort();
  const env = {
    DATA_DIR: dataDir,
    LOG_DIR: path.join(folder, 'logs'),
    ASSET_PATH: assets,
    PORT: String(port),
    HOST: '127.0.0.1',
    TEMPORAL_ADDRESS: '',
    TEMPORAL_PORT: String(await freePort()),
    TEMPORAL_UI_PORT: String(await freePort()),
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: String(await freePort()),
    CHROMIUM_EXECUTABLE: inject('chromiumExecutable'),
  };
  return { env, dataDir, url: `http://localhost:${port}` };
}

/** The pids of the children that a data folder names. */
async function children(dataDir: string): Promise<Record<string, number>> {
  const state = await readState(dataDir);
  return Object.fromEntries(Object.entries(state?.children ?? {}).map(([name, { pid }]) => [name, pid]));
}

const running = async (pids: Record<string, number>): Promise<string[]> => {
  const found = await Promise.all(
    Object.entries(pids).map(async ([name, pid]) => ((await identify(pid)) === undefined ? [] : [name])),
  );
  return found.flat();
};

describe('npm start', () => {
  test('prints its three addresses, refuses a second start, and leaves nothing behind after Ctrl-C', async () => {
    const { env: usual, dataDir, url } = await prepareStart();
    const env = { ...usual, REDIS_PASSWORD: 'open "sesame"' };
    const first = startCommand(['start'], env);
    await first.printed(RUNNING);
    await first.printed('Ctrl-C stops everything.');
    expect(first.output()).toContain(`API      ${url}\n`);
    expect(first.output()).toContain(`Web UI   http://localhost:${env.TEMPORAL_UI_PORT}\n`);
    expect(first.output()).toContain(`Health   ${url}/health\n`);
    const health = await fetch(`${url}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ redis: { ok: true } });
    expect((await fetch(`http://localhost:${env.TEMPORAL_UI_PORT}`)).status).toBe(200);

    const second = startCommand(['start'], env);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`${url} (pid ${first.process.pid})`);

    const pids = await children(dataDir);
    expect(Object.keys(pids).toSorted((a, b) => a.localeCompare(b))).toEqual(['API', 'Redis', 'Temporal', 'Worker']);
    first.process.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(first.output()).toContain('Stopped.');
    expect(await running(pids)).toEqual([]);
    expect(await readState(dataDir)).toBeUndefined();
  });

  test('works after its parent was killed with SIGKILL, on the same data', async () => {
    const { env, dataDir } = await prepareStart();
    const first = startCommand(['start'], env);
    await first.printed(RUNNING);
    const pids = await children(dataDir);
    first.process.kill('SIGKILL');
    await first.ended;
    expect(await running(pids)).toEqual(expect.arrayContaining(['Redis', 'Temporal']));

    const second = startCommand(['start'], env);
    await second.printed(RUNNING);
    expect(second.output()).toMatch(/an earlier start left running: .*Temporal/);
    expect(await running(pids)).toEqual([]);
    second.process.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  test('kills everything at once when it is asked a second time', async () => {
    const { env, dataDir } = await prepareStart();
    const started = startCommand(['start'], env);
    await started.printed(RUNNING);
    const pids = await children(dataDir);
    started.process.kill('SIGINT');
    await started.printed('press Ctrl-C again to end everything at once');
    started.process.kill('SIGINT');
    expect(await started.ended).toBe(130);
    expect(await running(pids)).toEqual([]);
  });

  test('says which port is taken, and stops what it had started', async () => {
    const { env, dataDir } = await prepareStart();
    const started = startCommand(['start'], {
      ...env,
      TEMPORAL_UI_PORT: sharedServers().temporalAddress.split(':')[1],
    });
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain('(for the Temporal Web UI) is in use by another program');
    expect(started.output()).toContain('TEMPORAL_UI_PORT');
    expect(await readState(dataDir)).toBeUndefined();
  });
});

describe('npm run doctor', () => {
  test('prints one line for each part, and finds the machine of the tests fit', async () => {
    const { env } = await prepareStart();
    const doctor = startCommand(['doctor'], { ...env, TEMPORAL_ADDRESS: sharedServers().temporalAddress });
    expect(await doctor.ended).toBe(0);
    const parts = ['Node', 'packages', 'build', 'middleware', 'Temporal CLI', 'Temporal server', 'Redis', 'Chromium'];
    for (const part of [...parts, 'fonts', 'asset folder', 'ComfyUI', 'CosyVoice'])
      expect(doctor.output()).toMatch(new RegExp(`^(ok|warn) +${part} `, 'm'));
    expect(doctor.output()).toMatch(/priority levels 101, partitions 1, order exact/);
    expect(doctor.output()).toMatch(/^ok +Chromium .*; (in its sandbox|without its sandbox, because it .*)/m);
  });

  test('fails, and says what to do, when the Temporal server that was named does not answer', async () => {
    const { env } = await prepareStart();
    const doctor = startCommand(['doctor'], { ...env, TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(await doctor.ended).toBe(1);
    expect(doctor.output()).toMatch(/^FAIL +Temporal server +does not answer at 127\.0\.0\.1:1/m);
  });
});
