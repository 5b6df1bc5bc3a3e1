/** What a Redis says when it lets us in only with a password, or not with ours; the last one is that of Redis 5. */
const REFUSALS = /\b(NOAUTH|WRONGPASS|invalid password)\b/;

/** Whether a Redis answers, but lets us not in. */
export const isPasswordRefusal = (message: string): boolean => REFUSALS.test(message);

/** What is the matter with a Redis that does not let us in, and what to do. */
export const passwordRefusal = (redis: { host: string; port: number; password?: string | undefined }): string =>
  redis.password === undefined
    ? `Redis at ${redis.host}:${redis.port} wants a password: set REDIS_PASSWORD`
    : `Redis at ${redis.host}:${redis.port} refuses our password: correct REDIS_PASSWORD`;
