import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { programEnvironment } from '../../host/child-environment.ts';
import type { ChildSpec } from '../stack/child.ts';
import { pingRedis } from './ping.ts';

const POLL_MS = 50;
const LOOPBACK = '127.0.0.1';

export interface RedisOptions {
  executable: string;
  /** The folder of its data and its log. */
  folder: string;
  port: number;
  /** The password that clients must send. */
  password?: string | undefined;
}

/**
 * Append-only, synced every second. Temporal is the source of truth, so Redis may lose a second in a power cut; syncing
 * every write would only slow statuses down. Nothing is ever evicted.
 */
export const REDIS_SETTINGS = {
  appendonly: 'yes',
  appendfsync: 'everysec',
  'maxmemory-policy': 'noeviction',
} as const;

export const redisArguments = ({ folder, port }: RedisOptions): string[] =>
  Object.entries({
    bind: LOOPBACK,
    port: String(port),
    dir: folder,
    daemonize: 'no',
    save: '',
    ...REDIS_SETTINGS,
  }).flatMap(([name, value]) => [`--${name}`, value]);

async function waitForRedis({ port, password }: RedisOptions, signal: AbortSignal): Promise<void> {
  while ((await pingRedis({ host: LOOPBACK, port, password })) !== 'redis') await delay(POLL_MS, undefined, { signal });
}

/** Written to a settings file, because every user of the machine can read the arguments of a program. */
function writePassword(folder: string, password: string): string {
  const file = path.join(folder, 'redis.conf');
  const quoted = [...Buffer.from(password)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  rmSync(file, { force: true });
  writeFileSync(file, `requirepass "${quoted}"\n`, { mode: 0o600 });
  return file;
}

/** A Redis server as a child of the stack. */
export function redisChild(options: RedisOptions): ChildSpec {
  mkdirSync(options.folder, { recursive: true });
  const settings = options.password === undefined ? [] : [writePassword(options.folder, options.password)];
  return {
    name: 'Redis',
    command: options.executable,
    args: [...settings, ...redisArguments(options)],
    env: programEnvironment(),
    ready: (signal) => waitForRedis(options, signal),
    readyLimitMs: 30_000,
    graceMs: 10_000,
    output: { file: path.join(options.folder, 'redis.log') },
  };
}
