import { isIP } from 'node:net';
import { Redis } from 'ioredis';
import type { Config } from '../config.ts';
import { ERRORS } from '../errors.ts';
import type { Logger } from '../logging.ts';
import { isPasswordRefusal, isTlsRefusal, passwordRefusal, tlsRefusal } from './redis-password.ts';

const AWAY = `${ERRORS.redis_unavailable.message}. ${ERRORS.redis_unavailable.hint}`;

/** Why connections do not work just now: the commands that fail say only that there is none. */
const causes = new WeakMap<Redis, string>();

/** What is the matter with a connection whose commands fail, and what to do. */
export const redisTrouble = (redis: Redis): string => causes.get(redis) ?? AWAY;

function troubleOf(error: Error, config: Config['redis']): { cause: string; line: string } {
  if (isPasswordRefusal(error.message)) {
    const cause = passwordRefusal(config);
    return { cause, line: `${cause} (${error.message})` };
  }
  if (config.tls === true && isTlsRefusal(error.message)) {
    const cause = tlsRefusal(config);
    return { cause, line: `${cause} (${error.message})` };
  }
  return {
    cause: AWAY,
    line: `${ERRORS.redis_unavailable.message} (${error.message}). ${ERRORS.redis_unavailable.hint}`,
  };
}

/**
 * A Redis connection for a projection that may be away: commands fail at once instead of queueing up, and the connection
 * comes back by itself. Its loss, each change of the cause, and its return are logged once each.
 */
export function connectRedis(config: Config['redis'], logger: Logger): Redis {
  const redis = new Redis({
    host: config.host,
    port: config.port,
    ...(config.username === undefined ? {} : { username: config.username }),
    ...(config.password === undefined ? {} : { password: config.password }),
    db: config.db ?? 0,
    ...(config.tls === true ? { tls: isIP(config.host) === 0 ? { servername: config.host } : {} } : {}),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    commandTimeout: 2000,
    // One that takes commands and answers none is let go, so that only the first ones wait for it.
    socketTimeout: 2000,
    retryStrategy: (times) => Math.min(100 * times, 1000),
  });
  redis.on('error', (error: Error) => {
    const { cause, line } = troubleOf(error, config);
    if (causes.get(redis) !== cause) logger.error(`❌ ${line}`);
    causes.set(redis, cause);
  });
  redis.on('ready', () => {
    if (causes.delete(redis)) logger.info('Redis answers again');
  });
  return redis;
}
