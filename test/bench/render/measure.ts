import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { watchTree } from '../lib/tree-usage.ts';

/** What one render cost. */
export interface Cost {
  seconds: number;
  cpuSeconds: number;
  peakBytes: number;
  sizeBytes: number;
}

async function ended(child: ChildProcess): Promise<void> {
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0) throw new Error(`a render of the bench ended by ${signal ?? `exit code ${code}`}`);
}

async function cost(child: ChildProcess, file: string, begin: Promise<unknown>, end: Promise<unknown>): Promise<Cost> {
  const close = ended(child);
  // Its failure is told by `close` alone.
  await Promise.race([begin, close]);
  const usage = watchTree(child.pid ?? 0);
  const began = performance.now();
  await Promise.race([end, close]);
  const seconds = (performance.now() - began) / 1000;
  const { cpuSeconds, peakBytes } = usage.stop();
  await close;
  return { seconds, cpuSeconds, peakBytes, sizeBytes: (await stat(file)).size };
}

const message = async (child: ChildProcess, wanted: string): Promise<void> => {
  for (;;) if ((await once(child, 'message'))[0] === wanted) return;
};

/** Runs a program from start to end. */
export function measureProgram(command: string, args: readonly string[], cwd: string, file: string): Promise<Cost> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  return cost(child, file, Promise.resolve(), new Promise(() => undefined));
}

/** Runs a script that says `begin` and `end`; only what lies between counts. */
export function measureScript(script: string, args: readonly string[], file: string): Promise<Cost> {
  const child = fork(script, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const begin = message(child, 'begin');
  return cost(
    child,
    file,
    begin,
    begin.then(() => message(child, 'end')),
  );
}
