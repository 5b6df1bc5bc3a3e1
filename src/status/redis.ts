import { Redis } from 'ioredis';
import type { Config } from '../config.ts';
import { ERRORS } from '../errors.ts';
import type { Logger } from '../logging.ts';

/**
 * A Redis connection for a projection that may be away: commands fail at once instead of queueing up, and the connection
 * comes back by itself. Its loss and its return are logged once each.
 */
export function connectRedis(config: Config['redis'], logger: Logger): Redis {
  const redis = new Redis({
    host: config.host,
    port: config.port,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    commandTimeout: 2000,
    retryStrategy: (times) => Math.min(100 * times, 1000),
  });
  let lost = false;
  redis.on('error', (error: Error) => {
    if (!lost)
      logger.error(`❌ ${ERRORS.redis_unavailable.message} (${error.message}). ${ERRORS.redis_unavailable.hint}`);
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) logger.info('Redis answers again');
    lost = false;
  });
  return redis;
}
