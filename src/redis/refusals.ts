import { type RedisAddress, shownRedis } from './address.ts';

/** What a Redis says when it lets us in only with a password, or not with ours; the last one is that of Redis 5. */
const REFUSALS = /\b(NOAUTH|WRONGPASS|invalid password)\b/;

/** Whether a Redis answers, but lets us not in. */
export const isPasswordRefusal = (message: string): boolean => REFUSALS.test(message);

/** What is the matter with a Redis that does not let us in, and what to do. */
export function passwordRefusal(redis: RedisAddress): string {
  const place = `Redis at ${shownRedis(redis)}`;
  if (redis.username !== undefined) return `${place} refuses our user or its password: correct REDIS_URL`;
  return redis.password === undefined
    ? `${place} requires a password: set REDIS_PASSWORD`
    : `${place} refuses our password: correct REDIS_PASSWORD, or REDIS_URL if it contains the password`;
}

/** What Node says of a certificate that it does not trust, or of a server that does not speak TLS. */
const UNTRUSTED = /certificate|altnames|SSL routines|wrong version number|packet length too long/i;

export const isTlsRefusal = (message: string): boolean => UNTRUSTED.test(message);

/** What is the matter with a Redis over TLS that cannot be trusted, and what to do. */
export const tlsRefusal = (redis: RedisAddress): string =>
  `Redis at ${shownRedis(redis)} has no TLS, or a certificate that is not trusted here: name its authority in NODE_EXTRA_CA_CERTS, or correct REDIS_URL`;

/** What a server that wants TLS does with a client that speaks none: it hangs up. */
const HUNG_UP = /ECONNRESET|EPIPE|socket hang up/;

export const isHangUp = (message: string): boolean => HUNG_UP.test(message);

export const hangUp = (redis: RedisAddress): string =>
  `The server at ${shownRedis(redis)} closes the connection: it may require TLS (REDIS_URL=rediss://…), may not be a Redis, or may have too many clients`;

/** Whether an error of ioredis is the answer to the choice of a database. */
export const isDatabaseRefusal = (error: Error): boolean =>
  (error as { command?: { name?: string } }).command?.name?.toLowerCase() === 'select';

export const databaseRefusal = (redis: RedisAddress): string =>
  `Redis at ${shownRedis(redis)} has no database ${redis.db ?? 0}, or our user may not select it: correct REDIS_URL`;
