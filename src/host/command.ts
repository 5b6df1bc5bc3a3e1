import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { commandEnvironment } from './child-environment.ts';
import { messageOf } from '../errors.ts';

/** Folders of programs that a minimal PATH does not contain. */
const MORE_FOLDERS = ['/usr/local/bin', '/usr/local/sbin', '/usr/sbin', '/usr/local/go/bin', '/opt/homebrew/bin'];

export const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

/** The full path of the first of these programs that is on PATH or in the usual folders. */
export async function findProgram(...names: string[]): Promise<string | undefined> {
  const folders = [
    ...(process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== ''),
    ...MORE_FOLDERS,
  ];
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      if (await isExecutable(file)) return file;
    }
  }
  return undefined;
}

export interface CommandOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** The environment that `env` is added to; default: that of an operator's command. */
  baseEnv?: Record<string, string>;
  /** Default 30 s. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
  /** Called with each line that the program prints, as it prints it. */
  onLine?: (line: string) => void;
}

/**
 * Runs a program to its end and returns its output.
 * @throws Error whose message ends with the last lines of its output.
 */
export async function runCommand(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const child = execa(file, args, {
    all: true,
    stdin: 'ignore',
    timeout: options.timeoutMs ?? 30_000,
    forceKillAfterDelay: 2000,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...(options.baseEnv ?? commandEnvironment()), ...options.env },
    extendEnv: false,
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  const lines = async (): Promise<void> => {
    for await (const line of child.iterable({ from: 'all' })) options.onLine?.(line);
  };
  try {
    const [{ all }] = await Promise.all([child, ...(options.onLine === undefined ? [] : [lines()])]);
    return all;
  } catch (error) {
    throw new Error(shorten(messageOf(error)), { cause: error });
  }
}

/** Keeps the first line, which names the command, and the last lines, which contain the cause. */
function shorten(message: string): string {
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  return [...lines.slice(0, 1), ...lines.slice(1).slice(-3)].join(' | ');
}
