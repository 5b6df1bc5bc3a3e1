import { Redis } from 'ioredis';
import { ERRORS } from '../errors.ts';
import type { Logger } from '../logging.ts';
import type { RedisAddress } from './address.ts';
import { redisTlsOptions } from './tls.ts';
import {
  databaseRefusal,
  hangUp,
  isDatabaseRefusal,
  isHangUp,
  isPasswordRefusal,
  isTlsRefusal,
  passwordRefusal,
  tlsRefusal,
} from './refusals.ts';

const AWAY = `${ERRORS.redis_unavailable.message}. ${ERRORS.redis_unavailable.hint}`;

/** Why connections do not work at present; the failed commands only report that there is no connection. */
const causes = new WeakMap<Redis, string>();

/** The problem of a connection whose commands fail, and the remedy. */
export function redisTrouble(redis: Redis): string {
  const cause = causes.get(redis);
  if (cause !== undefined) return cause;
  // It is connected, and is being asked whether it is ready.
  if (redis.status === 'connect')
    return 'Redis accepts connections but is not ready: it is loading its data, or hangs; see its log';
  return AWAY;
}

function causeOf(error: Error, config: RedisAddress): string | undefined {
  if (isPasswordRefusal(error.message)) return passwordRefusal(config);
  if (config.tls === true && isTlsRefusal(error.message)) return tlsRefusal(config);
  if (isDatabaseRefusal(error)) return databaseRefusal(config);
  return isHangUp(error.message) && config.tls !== true ? hangUp(config) : undefined;
}

function troubleOf(error: Error, config: RedisAddress): { cause: string; line: string } {
  const cause = causeOf(error, config);
  if (cause !== undefined) return { cause, line: `${cause} (${error.message})` };
  return {
    cause: AWAY,
    line: `${ERRORS.redis_unavailable.message} (${error.message}). ${ERRORS.redis_unavailable.hint}`,
  };
}

/**
 * A Redis connection for a projection that may be away: commands fail at once instead of being queued, and the
 * connection is restored automatically. Its loss, each change of the cause, and its return are logged once each.
 */
export function connectRedis(config: RedisAddress, logger: Logger): Redis {
  const redis = new Redis({
    host: config.host,
    port: config.port,
    ...(config.username === undefined ? {} : { username: config.username }),
    ...(config.password === undefined ? {} : { password: config.password }),
    db: config.db ?? 0,
    ...(config.tls === true ? { tls: redisTlsOptions(config.host) } : {}),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    commandTimeout: 2000,
    // A Redis that accepts commands without answering is disconnected, so that only the first commands wait for it.
    socketTimeout: 2000,
    retryStrategy: (times) => Math.min(100 * times, 1000),
  });
  redis.on('error', (error: Error) => {
    const { cause, line } = troubleOf(error, config);
    if (causes.get(redis) !== cause) logger.error(`❌ ${line}`);
    causes.set(redis, cause);
    // Otherwise it would continue in another database, which may belong to others.
    if (isDatabaseRefusal(error)) redis.disconnect(true);
  });
  redis.on('ready', () => {
    if (causes.delete(redis)) logger.info('Redis answers again');
  });
  return redis;
}
