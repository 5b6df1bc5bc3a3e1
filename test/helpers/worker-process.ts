import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/src/worker.js', import.meta.url));

/** A worker that no supervisor starts again. */
export interface WorkerProcess {
  name: string;
  process: ChildProcess;
  pid: number;
  log(): Promise<string>;
  /** Resolves with its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
}

/** The environment of a process that runs. */
export const environmentOf = (pid: number): Record<string, string> =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter((entry) => entry.includes('='))
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );

/** Another host's name and processes of its own, as in a container. What it starts with ends with it. */
const CONTAINER = ['unshare', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Whether this machine lets us start workers in containers. */
export const canContain = (): boolean => spawnSync(CONTAINER[0] ?? '', [...CONTAINER.slice(1), 'true']).status === 0;

/** Starts a worker as built, and resolves when it works or stands by. Its log is a folder of its own. */
export async function startWorkerProcess(options: {
  name: string;
  role: 'gpu' | 'control';
  env: NodeJS.ProcessEnv;
  folder: string;
  args?: string[];
  /** In a container whose host has the worker's name; `pid` is then that of the container. */
  contained?: boolean;
}): Promise<WorkerProcess> {
  const { name, role, env, args = [], contained = false } = options;
  const folder = path.join(options.folder, name);
  await mkdir(folder, { recursive: true });
  const output = openSync(path.join(folder, 'output'), 'a');
  const program = [process.execPath, '--enable-source-maps', MAIN, '--role', role, ...args];
  const inside = [...CONTAINER, 'sh', '-c', 'hostname "$0" && exec "$@"', name, ...program];
  const [command = '', ...rest] = contained ? inside : program;
  const child = spawn(command, rest, {
    env: { ...env, LOG_DIR: folder },
    // As its supervisor starts it: it leads a group of its own.
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null);
  const log = (): Promise<string> => readFile(path.join(folder, 'output'), 'utf8');
  const early = ended.then(async (how) => {
    throw new Error(`the worker ${name} ended before it was ready (${how}):\n${await log()}`);
  });
  await Promise.race([once(child, 'message'), early]);
  void early.catch(() => undefined);
  return { name, process: child, pid: child.pid ?? 0, log, ended };
}
