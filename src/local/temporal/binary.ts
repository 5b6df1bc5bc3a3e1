import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../../logging.ts';
import { findProgram, isExecutable } from '../../host/command.ts';
import { rememberFailure } from '../../host/remember-failure.ts';
import { buildTemporal } from './build.ts';
import { downloadTemporal } from './download.ts';
import { OLDEST_SERVER_VERSION, TEMPORAL_CLI_VERSION } from './settings.ts';
import { serverVersion } from './version.ts';
import { firstAvailable, type Source } from '../../host/first-available.ts';

export interface TemporalBinary {
  executable: string;
  /** Where it came from, for people. */
  source: string;
  serverVersion: string;
}

export const TEMPORAL_HELP = [
  `install the Temporal CLI (server ${OLDEST_SERVER_VERSION} or newer), so that \`temporal\` is on PATH: https://docs.temporal.io/cli`,
  'set TEMPORAL_ADDRESS to a running server, such as the one of `docker compose up temporal -d`',
  'install Go 1.21 or newer: the next start builds the CLI from its modules',
  'give this machine access to temporal.download and start again: the official CLI is then downloaded',
];

const cachedFile = (cacheDir: string): string => path.join(cacheDir, 'temporal', `temporal-${TEMPORAL_CLI_VERSION}`);

async function onPath(): Promise<TemporalBinary> {
  const executable = await findProgram('temporal');
  if (executable === undefined) throw new Error('not there');
  return { executable, source: executable, serverVersion: await serverVersion(executable) };
}

async function cached(cacheDir: string): Promise<TemporalBinary> {
  const executable = cachedFile(cacheDir);
  if (!(await isExecutable(executable))) throw new Error(`not there (${executable})`);
  return { executable, source: executable, serverVersion: await serverVersion(executable) };
}

const localSources = (cacheDir: string): Source<TemporalBinary>[] => [
  { name: '`temporal` on PATH', get: onPath },
  { name: 'the copy in the cache folder', get: () => cached(cacheDir) },
];

/** A program that is already on this machine; undefined if there is none. Downloads nothing. */
export const presentTemporal = (cacheDir: string): Promise<TemporalBinary | undefined> =>
  firstAvailable('A Temporal server', localSources(cacheDir), []).catch(() => undefined);

/**
 * Finds the Temporal CLI, or installs it in the cache folder. Takes some milliseconds if it is there.
 * @throws Error with the reason of every failed source and the remedies.
 */
export async function findTemporal(options: {
  cacheDir: string;
  logger: Logger;
  signal?: AbortSignal | undefined;
}): Promise<TemporalBinary> {
  const { cacheDir, logger, signal } = options;
  const target = cachedFile(cacheDir);
  const folder = path.dirname(target);
  await mkdir(folder, { recursive: true });
  const bring = (bringing: typeof downloadTemporal, source: string) => async (): Promise<TemporalBinary> => {
    await bringing({ target, logger, signal });
    return { ...(await cached(cacheDir)), source };
  };
  return firstAvailable(
    'A Temporal server',
    [
      ...localSources(cacheDir),
      {
        name: 'the official download',
        get: () => rememberFailure({ folder, name: 'download', signal }, bring(downloadTemporal, 'downloaded')),
      },
      { name: 'a build with Go', get: bring(buildTemporal, 'built with Go') },
    ],
    TEMPORAL_HELP,
  );
}
