import path from 'node:path';
import { requirePort } from './ports.ts';
import { findRedis } from './redis-binary.ts';
import { pingRedis } from './redis-ping.ts';
import { redisChild } from './redis.ts';
import type { Keep, StackOptions } from './stack.ts';
import type { Supervised } from './supervise.ts';

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1'];

/**
 * Redis for a stack: one that answers where the settings say, otherwise one of our own there.
 * @returns our own; undefined when it is another one.
 */
export async function bringRedis(
  options: StackOptions,
  keep: Keep,
  signal: AbortSignal,
): Promise<Supervised | undefined> {
  const { logger, dataDir } = options;
  const { host, port } = options.redis;
  const useExternal = async (): Promise<boolean> => {
    const there = (await pingRedis(host, port)) === 'redis';
    if (there) logger.info(`Redis: the one that runs at ${host}:${port}`);
    return there;
  };
  if (await useExternal()) return undefined;
  if (!LOCAL_HOSTS.includes(host))
    throw new Error(
      `Connection refused: Redis does not answer at ${host}:${port}. Start it there, or unset REDIS_HOST.`,
    );
  await requirePort({ host: '127.0.0.1', port, what: 'Redis', setting: 'REDIS_PORT' });
  const executable = options.binaries?.redis ?? (await findRedis({ logger, signal }));
  // A package that was installed just now may have started a service of its own.
  if (await useExternal()) return undefined;
  const child = await keep(redisChild({ executable, folder: path.join(dataDir, 'redis'), port }));
  logger.info(`Redis: ${executable}`);
  return child;
}
