import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import type { PartHealth } from '../../src/contracts/health.ts';
import type { TaskStatusBody } from '../../src/contracts/task-status.ts';
import { freePort } from '../../src/local/stack/ports.ts';
import { pingRedis } from '../../src/local/redis/ping.ts';
import { parseRedisUrl } from '../../src/redis/address.ts';
import { connectRedis, redisTrouble } from '../../src/redis/connection.ts';
import { createLines } from '../helpers/lines.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { startCommand } from '../helpers/started-command.ts';
import { canServeTls, PASSWORD, startTlsRedis, USER } from '../helpers/tls-redis.ts';

const WAIT = { timeout: 120_000, interval: 200 };
const login = (password: string): string => `${USER}:${encodeURIComponent(password)}`;

/** A connection as API and worker have it. */
function connection(url: string) {
  const lines = createLines();
  const redis = connectRedis(parseRedisUrl(url), lines.logger);
  onTestFinished(() => redis.disconnect());
  return { redis, ...lines };
}

describe.runIf(canServeTls(inject('redisBinary')))('A Redis with TLS', () => {
  test('is reached by name and by address, with its user, password and database, once its authority is named', async () => {
    const { port, authority } = await startTlsRedis();
    const url = (host: string) => `rediss://${login(PASSWORD)}@${host}:${port}/3`;
    expect(await pingRedis(parseRedisUrl(url('localhost')))).toBe('untrusted');
    const refused = connection(url('localhost'));
    await refused.line('name its authority in NODE_EXTRA_CA_CERTS');
    expect(refused.said.join()).not.toContain(encodeURIComponent(PASSWORD));
    refused.redis.disconnect();

    vi.stubEnv('NODE_EXTRA_CA_CERTS', authority);
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const host of ['localhost', '127.0.0.1']) {
      expect(await pingRedis(parseRedisUrl(url(host)))).toBe('redis');
      const { redis } = connection(url(host));
      await new Promise((resolve) => redis.once('ready', resolve));
      await redis.set(host, 'here');
    }
    const other = new Redis(port, 'localhost', {
      username: USER,
      password: PASSWORD,
      tls: { ca: readFileSync(authority) },
    });
    onTestFinished(() => other.disconnect());
    expect(await other.dbsize()).toBe(0);
    await other.select(3);
    expect((await other.keys('*')).toSorted()).toEqual(['127.0.0.1', 'localhost']);
  });

  test('is distinguished from one that refuses our password, has no such database, or needs TLS', async () => {
    const { port, authority } = await startTlsRedis();
    vi.stubEnv('NODE_EXTRA_CA_CERTS', authority);
    onTestFinished(() => void vi.unstubAllEnvs());
    const cases = [
      [`rediss://${login('wrong')}@localhost:${port}`, 'locked', 'refuses our user or its password: correct REDIS_URL'],
      [`rediss://${login(PASSWORD)}@localhost:${port}/300`, 'no database', 'has no database 300'],
      [`redis://${login(PASSWORD)}@localhost:${port}`, 'other', 'it may require TLS (REDIS_URL=rediss://'],
    ] as const;
    for (const [url, answer, words] of cases) {
      expect(await pingRedis(parseRedisUrl(url))).toBe(answer);
      const { redis, line, said } = connection(url);
      await line(words);
      expect(redisTrouble(redis)).toContain(words);
      await expect(redis.set('nowhere', 'x')).rejects.toBeInstanceOf(Error);
      expect(said.join()).not.toMatch(/answers again|p@ss|p%40ss/);
      redis.disconnect();
    }
  });

  test('serves a whole stack, whose environment names it and its authority', async () => {
    const { port, authority } = await startTlsRedis();
    const folder = await scratchFolder();
    const http = await freePort();
    const env = {
      REDIS_URL: `rediss://${login(PASSWORD)}@localhost:${port}/3`,
      NODE_EXTRA_CA_CERTS: authority,
      DATA_DIR: path.join(folder, 'data'),
      LOG_DIR: folder,
      ASSET_PATH: folder,
      HOST: '127.0.0.1',
      PORT: String(http),
      TEMPORAL_PORT: String(await freePort()),
      TEMPORAL_UI_PORT: String(await freePort()),
      GPU_ID: `tls:${http}`,
      CHROMIUM_EXECUTABLE: inject('chromiumExecutable'),
    };
    const start = startCommand(['start'], env);
    await start.printed('The middleware is running.');
    const api = `http://127.0.0.1:${http}`;
    const { redis } = (await (await fetch(`${api}/health`)).json()) as { redis: PartHealth };
    expect(redis).toEqual({ ok: true, detail: `localhost:${port}/3 (TLS)` });
    const timeline = { width: 64, height: 64, durationInFrames: 2 };
    const { task_id: taskId } = (await (
      await fetch(`${api}/submit_task`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ task_type: 'remotion_render', payload: { timeline } }),
      })
    ).json()) as { task_id: string };
    await vi.waitUntil(async () => {
      const body = (await (await fetch(`${api}/task_status/${taskId}`)).json()) as TaskStatusBody;
      return body.status === 'completed';
    }, WAIT);
    const client = new Redis(port, 'localhost', {
      username: USER,
      password: PASSWORD,
      db: 3,
      tls: { ca: readFileSync(authority) },
    });
    onTestFinished(() => client.disconnect());
    expect(await client.hget(`task:${taskId}`, 'status')).toBe('"completed"');
    start.process.kill('SIGTERM');
    expect(await start.ended).toBe(0);
    expect(start.output()).not.toMatch(/p@ss|p%40ss/);

    const doctor = startCommand(['doctor'], { ...env, NODE_EXTRA_CA_CERTS: '' });
    expect(await doctor.ended).toBe(1);
    expect(doctor.output()).toMatch(/^FAIL +Redis .*NODE_EXTRA_CA_CERTS/m);
  });
});
