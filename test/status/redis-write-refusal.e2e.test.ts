import { Redis } from 'ioredis';
import { rm } from 'node:fs/promises';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../src/local/stack/ports.ts';
import { redisChild } from '../../src/local/redis/server.ts';
import { supervise } from '../../src/local/stack/supervise.ts';
import { createStatusStore } from '../../src/status/status-store.ts';
import { createRedisWriteRefusal } from '../../src/status/redis-write-refusal.ts';
import { createLines } from '../helpers/lines.ts';
import { scratchFolder } from '../helpers/scratch.ts';

/** A Redis of our own. */
async function startRedis() {
  const [folder, port] = [await scratchFolder(), await freePort()];
  const child = supervise(redisChild({ executable: inject('redisBinary'), folder, port }), {
    logger: createLines().logger,
  });
  onTestFinished(() => child.stop());
  await child.start();
  const connect = (login: { username?: string; password?: string } = {}) => {
    const redis = new Redis(port, '127.0.0.1', login);
    redis.on('error', () => undefined);
    onTestFinished(() => redis.disconnect());
    return redis;
  };
  return { folder, connect };
}
const refused = (redis: Redis) => createRedisWriteRefusal(createStatusStore(redis, 60_000))();

test.each([
  [['CONFIG', 'SET', 'min-replicas-to-write', '1'], /replicas/],
  [['REPLICAOF', '127.0.0.1', '1'], /replica/],
  [['CONFIG', 'SET', 'maxmemory', '1'], /memory/],
] as const)('A Redis after %j is known to refuse writes', async (command, reason) => {
  const { connect } = await startRedis();
  const redis = connect();
  expect(await refused(redis)).toBeNull();
  const [name, ...words] = command;
  await redis.call(name, ...words);
  expect(await refused(redis)).toMatch(reason);
});

test('A Redis that cannot save to its disk is known to refuse writes', async () => {
  const { connect, folder } = await startRedis();
  const redis = connect();
  await redis.config('SET', 'save', '3600 1');
  await rm(folder, { recursive: true });
  await redis.set('something', 'to save');
  await redis.bgsave();
  await vi.waitUntil(async () => (await redis.info('persistence')).includes('rdb_last_bgsave_status:err'), 20_000);
  expect(await refused(redis)).toMatch(/cannot save to its disk/);
  // It would not stop before it has saved.
  await redis.config('SET', 'save', '');
});

const OURS = ['~task:*', '~queue:*', '~run-times:*', '~gpu:*', '~worker:*', '~reconciler:*'];
const COMMANDS = ['+@read', '+@write', '+@scripting', '+@connection', '+@transaction', '+scan', '+info'];

test.each([
  ['all that the documents name', [...OURS, ...COMMANDS], null],
  ['no scripts', [...OURS, ...COMMANDS, '-@scripting'], /lacks rights/],
  ['no keys of the queue', ['~task:*', ...COMMANDS], /lacks rights/],
  ['no writes', [...OURS, '+@read', '+@connection', '+@scripting', '+info'], /lacks rights/],
])('A user of Redis that has %s writes statuses, or is told to lack rights', async (_, rights, reason) => {
  const { connect } = await startRedis();
  await connect().call('ACL', 'SETUSER', 'worker', 'on', '>pw', ...rights);
  const told = await refused(connect({ username: 'worker', password: 'pw' }));
  if (reason === null) expect(told).toBeNull();
  else expect(told).toMatch(reason);
});
