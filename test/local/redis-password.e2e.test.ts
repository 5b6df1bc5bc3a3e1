import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { freePort } from '../../src/local/stack/ports.ts';
import { pingRedis } from '../../src/local/redis/ping.ts';
import type { RedisAddress } from '../../src/redis/address.ts';
import { redisChild } from '../../src/local/redis/server.ts';
import { supervise } from '../../src/local/stack/supervise.ts';
import { connectRedis, redisTrouble } from '../../src/redis/connection.ts';
import { createLines } from '../helpers/lines.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { startCommand } from '../helpers/started-command.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

const host = '127.0.0.1';
const password = 'open "sesame" 芝麻';

/** A Redis of ours that wants the password. */
async function lockedRedis(): Promise<{ port: number; folder: string }> {
  const [folder, port] = [await scratchFolder(), await freePort()];
  const spec = redisChild({ executable: inject('redisBinary'), folder, port, password });
  const child = supervise(spec, { logger: createLines().logger });
  onTestFinished(() => child.stop());
  await child.start();
  return { port, folder };
}

/** A connection of API or worker. */
function connection(address: RedisAddress) {
  const lines = createLines();
  const redis = connectRedis({ password: undefined, ...address }, lines.logger);
  onTestFinished(() => redis.disconnect());
  return { redis, ...lines };
}

describe('A Redis that wants a password', () => {
  test('is accepted with it, and distinguished from one that needs none', async () => {
    const { port, folder } = await lockedRedis();
    expect(await pingRedis({ host, port, password })).toBe('redis');
    expect(await pingRedis({ host, port })).toBe('locked');
    expect(await pingRedis({ host, port, password: 'wrong' })).toBe('locked');
    expect((await stat(path.join(folder, 'redis.conf'))).mode & 0o077).toBe(0);
  });

  test('is used by API and worker with it', async () => {
    const { redis } = connection({ host, port: (await lockedRedis()).port, password });
    await new Promise((resolve) => redis.once('ready', resolve));
    expect(await redis.ping()).toBe('PONG');
  });

  test('is named, with the remedy, by API and worker in place of a refused connection', async () => {
    const { port } = await lockedRedis();
    const without = connection({ host, port });
    const line = await without.line(`Redis at ${host}:${port} requires a password: set REDIS_PASSWORD (NOAUTH`);
    expect(line).not.toContain('Connection refused');
    expect(redisTrouble(without.redis)).toBe(`Redis at ${host}:${port} requires a password: set REDIS_PASSWORD`);
    const wrong = connection({ host, port, password: 'wrong' });
    await wrong.line(
      'refuses our password: correct REDIS_PASSWORD, or REDIS_URL if it contains the password (WRONGPASS',
    );
  });

  test('makes npm start and npm run doctor say so, and what to do', async () => {
    const { port } = await lockedRedis();
    const folder = await scratchFolder();
    const env = {
      DATA_DIR: path.join(folder, 'data'),
      LOG_DIR: folder,
      ASSET_PATH: folder,
      HOST: host,
      PORT: String(await freePort()),
      TEMPORAL_ADDRESS: sharedServers().temporalAddress,
      REDIS_HOST: host,
      REDIS_PORT: String(port),
      CHROMIUM_EXECUTABLE: inject('chromiumExecutable'),
    };
    const start = startCommand(['start'], env);
    expect(await start.ended).toBe(1);
    expect(start.output()).toContain(`Redis at ${host}:${port} requires a password: set REDIS_PASSWORD`);
    const doctor = startCommand(['doctor'], { ...env, REDIS_PASSWORD: 'wrong' });
    expect(await doctor.ended).toBe(1);
    expect(doctor.output()).toMatch(
      /^FAIL +Redis +Redis at .* refuses our password: correct REDIS_PASSWORD, or REDIS_URL if it contains the password$/m,
    );
    const fit = startCommand(['doctor'], { ...env, REDIS_PASSWORD: password });
    expect(await fit.ended).toBe(0);
  });
});

test('The cause is logged again when it changes, and the return once', async () => {
  const port = await freePort();
  const { line, said, redis } = connection({ host, port, password });
  await line('Connection refused: Redis does not answer');
  expect(redisTrouble(redis)).toContain('docker compose up redis -d');
  const start = async (secret: string) => {
    const folder = await scratchFolder();
    const spec = redisChild({ executable: inject('redisBinary'), folder, port, password: secret });
    const child = supervise(spec, { logger: createLines().logger });
    onTestFinished(() => child.stop());
    await child.start();
    return child;
  };
  const other = await start('another one');
  await line('refuses our password');
  await other.stop();
  await start(password);
  await line('Redis answers again');
  expect(said.filter((text) => text.includes('answers again'))).toHaveLength(1);
});
