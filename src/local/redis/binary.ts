import type { Logger } from '../../logging.ts';
import { findProgram, runCommand } from '../../host/command.ts';
import { firstAvailable } from '../../host/first-available.ts';

const INSTALL_LIMIT_MS = 10 * 60 * 1000;
const NAMES = ['redis-server', 'valkey-server'] as const;

interface PackageManager {
  program: string;
  /** Tried in order until one succeeds, because package lists may be missing or out of date. */
  commands: readonly (readonly string[])[];
}

const INSTALL = ['install', '-y', '--no-install-recommends', 'redis-server'];
const MANAGERS: readonly PackageManager[] = [
  { program: 'apt-get', commands: [INSTALL, ['update'], INSTALL] },
  {
    program: 'dnf',
    commands: [
      ['install', '-y', 'redis'],
      ['install', '-y', 'valkey'],
    ],
  },
  {
    program: 'apk',
    commands: [
      ['add', '--no-cache', 'redis'],
      ['add', '--no-cache', 'valkey'],
    ],
  },
];

/** The Redis (or Valkey) server on this machine; undefined if there is none. */
export const presentRedis = (): Promise<string | undefined> => findProgram(...NAMES);

const commandLine = ({ program, commands }: PackageManager): string => [program, ...(commands[0] ?? [])].join(' ');

async function findManager(): Promise<PackageManager | undefined> {
  for (const manager of MANAGERS) {
    if ((await findProgram(manager.program)) !== undefined) return manager;
  }
  return undefined;
}

/** How to install Redis on this machine, and whether this process may do it. */
export async function redisInstallCommand(): Promise<{ command: string; allowed: boolean }> {
  const manager = await findManager();
  if (manager === undefined) return { command: 'install Redis or Valkey with your package manager', allowed: false };
  const allowed = process.getuid?.() === 0;
  return { command: `${allowed ? '' : 'sudo '}${commandLine(manager)}`, allowed };
}

async function install(
  manager: PackageManager | undefined,
  logger: Logger,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (manager === undefined) throw new Error('none of apt-get, dnf and apk was found');
  if (process.getuid?.() !== 0) throw new Error('only root may install packages, and `npm start` does not use sudo');
  logger.info(`Redis: installing it with \`${commandLine(manager)}\``);
  let reason: unknown;
  for (const args of manager.commands) {
    try {
      await runCommand(manager.program, args, {
        timeoutMs: INSTALL_LIMIT_MS,
        env: { DEBIAN_FRONTEND: 'noninteractive' },
        signal,
      });
    } catch (error) {
      reason = error;
    }
    const found = await presentRedis();
    if (found !== undefined) return found;
  }
  throw reason instanceof Error ? reason : new Error('the package contains no redis-server');
}

/**
 * Finds a Redis or Valkey server program, or installs one if this process runs as root.
 * @throws Error with the reason and the command to run.
 */
export async function findRedis(options: { logger: Logger; signal?: AbortSignal | undefined }): Promise<string> {
  const manager = await findManager();
  const { command } = await redisInstallCommand();
  return firstAvailable(
    'A Redis server',
    [
      {
        name: `${NAMES.join(' or ')} on PATH`,
        get: async () => {
          const found = await presentRedis();
          if (found === undefined) throw new Error('not there');
          return found;
        },
      },
      { name: "the system's package manager", get: () => install(manager, options.logger, options.signal) },
    ],
    [`type: ${command}`, 'docker compose up redis -d', 'set REDIS_HOST and REDIS_PORT to a running Redis'],
  );
}
