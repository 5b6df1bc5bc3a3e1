import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Redis } from 'ioredis';

/** Runs a script. Rejects when Redis does not answer. */
export type Script<Reply> = (keys: readonly string[], args: readonly (string | number)[]) => Promise<Reply>;

/**
 * A Lua script as a function. Redis gets its text once and is asked by its hash from then on.
 * @param file a `.lua` file beside the code that uses it, whose head says what `keys` and `args` are, and what it returns.
 */
export function loadScript<Reply>(redis: Redis, file: URL): Script<Reply> {
  const name = path.basename(file.pathname, '.lua');
  redis.defineCommand(name, { lua: readFileSync(file, 'utf8') });
  const command = redis[name as 'eval'].bind(redis) as (...args: readonly (string | number)[]) => Promise<unknown>;
  return async (keys, args) => (await command(keys.length, ...keys, ...args)) as Reply;
}
