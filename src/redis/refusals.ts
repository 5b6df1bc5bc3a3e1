import { type RedisAddress, shownRedis } from './address.ts';

/** The errors of a Redis that requires a password or refuses ours; the last one is from Redis 5. */
const REFUSALS = /\b(NOAUTH|WRONGPASS|invalid password)\b/;

/** Whether a Redis answers but refuses our login. */
export const isPasswordRefusal = (message: string): boolean => REFUSALS.test(message);

/** The problem with a Redis that refuses our login, and the remedy. */
export function passwordRefusal(redis: RedisAddress): string {
  const place = `Redis at ${shownRedis(redis)}`;
  if (redis.username !== undefined) return `${place} refuses our user or its password: correct REDIS_URL`;
  return redis.password === undefined
    ? `${place} requires a password: set REDIS_PASSWORD`
    : `${place} refuses our password: correct REDIS_PASSWORD, or REDIS_URL if it contains the password`;
}

/** Node's errors for an untrusted certificate, or for a server without TLS. */
const UNTRUSTED = /certificate|altnames|SSL routines|wrong version number|packet length too long/i;

export const isTlsRefusal = (message: string): boolean => UNTRUSTED.test(message);

/** The problem with a Redis over TLS that is not trusted, and the remedy. */
export const tlsRefusal = (redis: RedisAddress): string =>
  `Redis at ${shownRedis(redis)} has no TLS, or a certificate that is not trusted here: name its authority in NODE_EXTRA_CA_CERTS, or correct REDIS_URL`;

/** The error if a server that requires TLS closes the connection of a client without TLS. */
const HUNG_UP = /ECONNRESET|EPIPE|socket hang up/;

export const isHangUp = (message: string): boolean => HUNG_UP.test(message);

export const hangUp = (redis: RedisAddress): string =>
  `The server at ${shownRedis(redis)} closes the connection: it may require TLS (REDIS_URL=rediss://…), may not be a Redis, or may have too many clients`;

/** Whether an error of ioredis is the answer to the selection of a database. */
export const isDatabaseRefusal = (error: Error): boolean =>
  (error as { command?: { name?: string } }).command?.name?.toLowerCase() === 'select';

export const databaseRefusal = (redis: RedisAddress): string =>
  `Redis at ${shownRedis(redis)} has no database ${redis.db ?? 0}, or our user may not select it: correct REDIS_URL`;
