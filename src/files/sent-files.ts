import type { Redis } from 'ioredis';
import { DAY_MS } from '../contracts/names.ts';

/** A file, or a voice, as it is at this moment. */
export interface SentFile {
  /** Relative to ASSET_PATH. */
  path: string;
  /** Changes with the content: a file that somebody has replaced since is no longer the one that was sent. */
  version: string;
}

/** Who sent which file, and how much. Every method rejects when Redis does not answer. */
export interface SentFiles {
  /** Notes who sent a file. */
  note(file: SentFile, client: string): Promise<void>;
  /** Null if it is not known, or no longer. */
  senderOf(file: SentFile): Promise<string | null>;
  /** Adds bytes to those that a client has sent today (UTC). @returns their sum */
  count(client: string, bytes: number): Promise<number>;
}

const fileKey = (path: string): string => `sent-file:${path}`;
const parse = (note: string | null): [version: string, client: string] | null =>
  note === null ? null : (JSON.parse(note) as [string, string]);

/** @param keptMs how long the sender of a file is known. */
export function createSentFiles(redis: Redis, { keptMs, now }: { keptMs: number; now: () => Date }): SentFiles {
  const dayKey = (client: string): string => `sent-bytes:${now().toISOString().slice(0, 10)}:${client}`;
  async function senderOf({ path, version }: SentFile): Promise<string | null> {
    const [noted, client] = parse(await redis.get(fileKey(path))) ?? [];
    return noted === version && client !== undefined ? client : null;
  }
  return {
    senderOf,
    async note(file, client) {
      await redis.set(fileKey(file.path), JSON.stringify([file.version, client]), 'PX', keptMs);
    },
    async count(client, bytes) {
      const answers = await redis
        .multi()
        .incrby(dayKey(client), bytes)
        .pexpire(dayKey(client), 2 * DAY_MS)
        .exec();
      const [error, sum] = answers?.[0] ?? [];
      if (error != null) throw error;
      return Number(sum);
    },
  };
}
