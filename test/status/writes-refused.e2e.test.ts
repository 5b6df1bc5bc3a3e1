import { Redis } from 'ioredis';
import { expect, inject, onTestFinished, test } from 'vitest';
import { freePort } from '../../src/local/ports.ts';
import { redisChild } from '../../src/local/redis.ts';
import { supervise } from '../../src/local/supervise.ts';
import { createStatusStore } from '../../src/status/status-store.ts';
import { createWritesRefused } from '../../src/status/writes-refused.ts';
import { createLines } from '../helpers/lines.ts';
import { scratchFolder } from '../helpers/scratch.ts';

test.each([
  [['CONFIG', 'SET', 'min-replicas-to-write', '1'], /replicas/],
  [['REPLICAOF', '127.0.0.1', '1'], /replica/],
  [['CONFIG', 'SET', 'maxmemory', '1'], /memory/],
] as const)('A Redis after %j is known to refuse writes', async (command, reason) => {
  const [folder, port] = [await scratchFolder(), await freePort()];
  const child = supervise(redisChild({ executable: inject('redisBinary'), folder, port }), {
    logger: createLines().logger,
  });
  onTestFinished(() => child.stop());
  await child.start();
  const redis = new Redis(port, '127.0.0.1');
  onTestFinished(() => redis.disconnect());
  expect(await createWritesRefused(createStatusStore(redis, 60_000))()).toBeNull();
  const [name, ...words] = command;
  await redis.call(name, ...words);
  expect(await createWritesRefused(createStatusStore(redis, 60_000))()).toMatch(reason);
});
