import { runCommand } from '../../host/command.ts';
import { OLDEST_SERVER_VERSION } from './settings.ts';

/** `temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)` → `1.31.2` */
export const parseServerVersion = (output: string): string | undefined =>
  /\(Server (\d+\.\d+[\w.-]*)/.exec(output)?.[1];

/** Whether a server version is one that keeps priorities by itself. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_SERVER_VERSION.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/**
 * The version of the server inside a `temporal` program.
 * @throws when it does not start, or is too old.
 */
export async function serverVersion(executable: string): Promise<string> {
  const version = parseServerVersion(await runCommand(executable, ['--version'], { timeoutMs: 15_000 }));
  if (version === undefined) throw new Error(`${executable} does not report the version of its server`);
  if (!isNewEnough(version))
    throw new Error(`${executable} contains server ${version}; ${OLDEST_SERVER_VERSION} or newer is needed`);
  return version;
}
