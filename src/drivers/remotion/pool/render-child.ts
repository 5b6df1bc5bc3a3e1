import { fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { programEnvironment } from '../../../host/child-environment.ts';
import { AppError } from '../../../errors.ts';
import type { Logger } from '../../../logging.ts';
import { failureOf } from '../failures.ts';
import type { ChildMessage, DrawOrder } from './messages.ts';
import { compiledScript } from '../../../host/project.ts';
import { removeForGood } from './remove-for-good.ts';
import { createSilenceWatch } from './silence-watch.ts';
import { killMarked, PROCESS_MARK } from '../../../host/marked-processes.ts';

const TAIL_BYTES = 4000;

export interface RenderChildOptions {
  /** Absolute; becomes the child's temporary folder and the mark of all its processes. */
  folder: string;
  browserExecutable: string;
  isSandboxed: boolean;
  /** Added to the environment of programs. */
  env: Record<string, string>;
  /** The prefix of the child's command. */
  prefix: readonly string[];
  silenceSeconds: number;
  logger: Logger;
}

/** A process with a browser. It draws one chunk after another. */
export interface RenderChild {
  readonly pid: number;
  /** Whether it can draw another chunk. */
  readonly isFit: boolean;
  /**
   * Draws one chunk. A child that failed is dead when this rejects.
   * @throws {AppError} `render_stalled`, `render_rejected`, `disk_full` or `render_failed`; the signal's reason when it
   * was aborted.
   */
  draw(order: DrawOrder, control: { signal: AbortSignal; onFrames: (drawn: number) => void }): Promise<void>;
  /** Whether this process waits for the child before it exits. */
  hold(isHeld: boolean): void;
  /** Kills it. No process and no file of it remains when this resolves. */
  kill(): Promise<void>;
}

interface Job {
  onMessage(message: ChildMessage): void;
  /** The process has ended. */
  onEnd(how: string): void;
}

/** Starts a child in a process group of its own; it opens its browser at once. */
export function startRenderChild(options: RenderChildOptions): RenderChild {
  const { folder, silenceSeconds, logger } = options;
  const [execPath, ...prefix] = [...options.prefix, process.execPath];
  mkdirSync(folder, { recursive: true });
  const child = fork(
    compiledScript('src/drivers/remotion/pool/pool-child.ts'),
    [options.browserExecutable, ...(options.isSandboxed ? ['sandbox'] : [])],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...programEnvironment(), ...options.env, TMPDIR: folder, [PROCESS_MARK]: folder },
      execPath,
      execArgv: [...prefix, '--enable-source-maps'],
    },
  );
  let tail = '';
  let isFit = true;
  let job: Job | null = null;

  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (tail = (tail + text).slice(-TAIL_BYTES)));
  child.on('message', (message: ChildMessage) => {
    if (message.type === 'log') logger.warn(`Remotion: ${message.line}`);
    if (message.type === 'failed') {
      isFit = false;
      logger.error(`Remotion: ${message.stack || message.message}`);
    }
    if (message.type === 'done' && message.isSpent) isFit = false;
    job?.onMessage(message);
  });
  const gone = new Promise<void>((resolve) => {
    const onEnd = (how: string): void => {
      isFit = false;
      if (job !== null) logger.error(`Remotion ended by ${how}; its last output: ${tail}`);
      job?.onEnd(how);
      void removeForGood(folder).finally(resolve);
    };
    // If something else killed only the child, its browser must end too.
    child.once('exit', () => killMarked(folder));
    child.once('error', (error) => onEnd(error.message));
    child.once('close', (code, killedBy) => onEnd(killedBy ?? `exit code ${code}`));
  });
  const kill = (): Promise<void> => {
    isFit = false;
    killMarked(folder, child.pid);
    return gone;
  };

  return {
    pid: child.pid ?? 0,
    get isFit() {
      return isFit;
    },
    kill,
    hold(isHeld) {
      const change = isHeld ? 'ref' : 'unref';
      child[change]();
      child.channel?.[change]();
      for (const stream of [child.stdout, child.stderr]) if (stream instanceof Socket) stream[change]();
    },
    draw(order, { signal, onFrames }) {
      return new Promise((resolve, reject) => {
        const settle = (failure?: { reason: unknown }): void => {
          if (job === null) return;
          job = null;
          watch.stop();
          signal.removeEventListener('abort', onAbort);
          if (failure === undefined) resolve();
          else void kill().then(() => reject(failure.reason as Error));
        };
        const fail = (reason: unknown): void => settle({ reason });
        const onAbort = (): void => fail(signal.reason);
        const watch = createSilenceWatch(silenceSeconds * 1000, () =>
          fail(new AppError('render_stalled', `${silenceSeconds} s without a sign of life`)),
        );
        job = {
          onMessage(message) {
            watch.alive();
            if (message.type === 'done') settle();
            else if (message.type === 'failed') fail(failureOf(message.message, order.outputFile));
            else if (message.type === 'drawn') onFrames(message.frames);
          },
          onEnd: (how) => fail(new AppError('render_failed', `the renderer ended unexpectedly (${how})`)),
        };
        if (!isFit) return job.onEnd('it had already ended');
        watch.alive();
        signal.addEventListener('abort', onAbort, { once: true });
        if (signal.aborted) onAbort();
        else
          child.send(
            order,
            (error) => error && logger.debug(`The renderer did not accept the order: ${error.message}`),
          );
      });
    },
  };
}
