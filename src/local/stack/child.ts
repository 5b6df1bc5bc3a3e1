import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { lowerPriority } from '../../host/lower-priority.ts';
import { openLog, type LogFile } from './log-file.ts';

/** A program that the stack keeps running. */
export interface ChildSpec {
  name: string;
  command: string;
  args: readonly string[];
  /** Called before each run, because the arguments may differ each time. */
  moreArgs?: () => Promise<readonly string[]>;
  /** The whole environment. */
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /**
   * `message`: a Node program of ours, which reports readiness over IPC and stops when that channel closes. Otherwise a
   * function that polls until the program answers, and ends when the signal aborts.
   */
  ready: 'message' | ((signal: AbortSignal) => Promise<void>);
  readyLimitMs: number;
  /** How long it may take to stop after SIGTERM. */
  graceMs: number;
  /** How much lower its priority is than the one of this process, 1–19; absent: the same. */
  nice?: number;
  /** The target of its output: the terminal, or a file to which it is appended. */
  output: 'terminal' | LogFile;
}

/** One run of a child. */
export interface Run {
  pid: number;
  process: ChildProcess;
  /** Resolves with how it ended. */
  ended: Promise<string>;
  /** @rejects if it ends before it is ready, or is not ready in time. */
  ready: Promise<void>;
}

/** A run that ended by itself before it was ready. */
export class EndedEarlyError extends Error {}

const describeEnd = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;

async function saysReady(child: ChildProcess, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [message] = (await once(child, 'message', { signal })) as unknown[];
    if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready') return;
  }
}

async function becomeReady(spec: ChildSpec, child: ChildProcess, ended: Promise<string>): Promise<void> {
  const over = new AbortController();
  const asked = spec.ready === 'message' ? saysReady(child, over.signal) : spec.ready(over.signal);
  const tooLate = setTimeout(() => over.abort(new Error('too late')), spec.readyLimitMs);
  const where = spec.output === 'terminal' ? '' : `; see ${spec.output.file}`;
  const endedFirst = ended.then((how) => {
    const message = `${spec.name} ended before it was ready (${how})${where}`;
    throw child.pid === undefined ? new Error(message) : new EndedEarlyError(message);
  });
  try {
    await Promise.race([asked, endedFirst]);
  } catch (error) {
    if (!over.signal.aborted) throw error;
    throw new Error(`${spec.name} was not ready within ${spec.readyLimitMs / 1000} s${where}`, { cause: error });
  } finally {
    clearTimeout(tooLate);
    over.abort();
    // The promise that lost the race rejects later, when nothing handles it.
    void asked.catch(() => undefined);
    void endedFirst.catch(() => undefined);
  }
}

function spawnInto(spec: ChildSpec, output: number | 'inherit', close: () => void): ChildProcess {
  try {
    return spawn(spec.command, spec.args, {
      env: spec.env,
      ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
      detached: true,
      stdio: ['ignore', output, output, ...(spec.ready === 'message' ? (['ipc'] as const) : [])],
    });
  } finally {
    close();
  }
}

/**
 * Starts a program in its own process group, so that Ctrl-C reaches only this process, which then stops the program in
 * order.
 * @throws if it cannot be started.
 */
export function launch(spec: ChildSpec): Run {
  const log = spec.output === 'terminal' ? undefined : openLog(spec.output);
  const child = spawnInto(spec, log?.descriptor ?? 'inherit', () => log?.close());
  if (spec.nice !== undefined && child.pid !== undefined) lowerPriority(child.pid, spec.nice);
  const unwatch = log?.watch();
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(describeEnd(code, signal)));
  });
  void ended.then(unwatch);
  return { pid: child.pid ?? 0, process: child, ended, ready: becomeReady(spec, child, ended) };
}
