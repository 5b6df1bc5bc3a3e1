import path from 'node:path';
import { shownRedis } from '../../redis/address.ts';
import { databaseRefusal, passwordRefusal, tlsRefusal } from '../../redis/refusals.ts';
import { requirePort } from './ports.ts';
import { findRedis } from '../redis/binary.ts';
import { pingRedis } from '../redis/ping.ts';
import { redisChild } from '../redis/server.ts';
import type { Keep, StackOptions } from './stack-options.ts';
import type { Supervised } from './supervise.ts';

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1'];

/**
 * Redis for a stack: the server that answers at the configured address, otherwise one that this starts there.
 * @returns the started server; undefined if another one is used.
 */
export async function bringRedis(
  options: StackOptions,
  keep: Keep,
  signal: AbortSignal,
): Promise<Supervised | undefined> {
  const { logger, dataDir } = options;
  const { host, port, username, password, tls = false } = options.redis;
  const place = shownRedis(options.redis);
  const useExternal = async (): Promise<boolean> => {
    const answer = await pingRedis(options.redis);
    if (answer === 'locked') throw new Error(`${passwordRefusal(options.redis)}, or REDIS_PORT to use another one.`);
    if (answer === 'no database') throw new Error(databaseRefusal(options.redis));
    if (answer === 'untrusted') throw new Error(tlsRefusal(options.redis));
    if (answer === 'redis') logger.info(`Redis: using the server at ${place}`);
    return answer === 'redis';
  };
  if (await useExternal()) return undefined;
  // A server that this starts has neither users nor TLS.
  if (!LOCAL_HOSTS.includes(host) || tls || username !== undefined)
    throw new Error(
      `Connection refused: Redis does not answer at ${place}. Start it there, or unset REDIS_HOST and REDIS_URL.`,
    );
  await requirePort({ host: '127.0.0.1', port, what: 'Redis', setting: 'REDIS_PORT' });
  const executable = options.binaries?.redis ?? (await findRedis({ logger, signal }));
  // The package that was just installed may have started its own service.
  if (await useExternal()) return undefined;
  const child = await keep(redisChild({ executable, folder: path.join(dataDir, 'redis'), port, password }));
  logger.info(`Redis: ${executable}`);
  return child;
}
