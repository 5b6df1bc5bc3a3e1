import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { writeTogether } from './write-together.ts';

/** Runs a script. Rejects if Redis does not answer. */
export type Script<Reply> = (keys: readonly string[], args: readonly (string | number)[]) => Promise<Reply>;

/**
 * Creates a function from a Lua script. It sends the text to Redis once, and only the hash after that.
 * @param file a `.lua` file next to the code that uses it. Its header documents `keys`, `args` and the result.
 */
export function loadScript<Reply>(redis: Redis, file: URL): Script<Reply> {
  const name = path.basename(file.pathname, '.lua');
  redis.defineCommand(name, { lua: readFileSync(file, 'utf8') });
  const command = redis[name as 'eval'].bind(redis) as (...args: readonly (string | number)[]) => Promise<unknown>;
  return async (keys, args) => {
    writeTogether(redis);
    return (await command(keys.length, ...keys, ...args)) as Reply;
  };
}
