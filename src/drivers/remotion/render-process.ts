import { fork } from 'node:child_process';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import { failureOf } from './failures.ts';
import type { ChildMessage, RenderOrder, RenderProgress } from './messages.ts';
import { childScript } from './project-root.ts';
import { killRender, RENDER_MARK } from './strays.ts';

const TAIL_BYTES = 4000;
/** When this process itself was stopped for a while, the child's messages are waiting: they are read before it is judged. */
const GRACE_MS = 1000;

export interface RenderProcessOptions {
  /** Marks every process of the render. */
  workDir: string;
  /** Added to this process's environment. */
  env: Record<string, string>;
  /** Put before the child's command. */
  prefix: readonly string[];
  silenceSeconds: number;
  logger: Logger;
  signal: AbortSignal;
  onProgress: (progress: RenderProgress) => void;
}

type Outcome = { done: true; failure?: never } | { done: false; failure: unknown };

/** Calls `onSilence` once, unless it is told of life often enough. */
function createSilenceWatch(milliseconds: number, onSilence: () => void) {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  const alive = (): void => {
    stop();
    timer = setTimeout(() => (timer = setTimeout(onSilence, GRACE_MS)), milliseconds);
  };
  return { alive, stop };
}

/**
 * Runs one render in a child process with a process group of its own. However it ends, no process of it is left when this settles.
 * @throws {AppError} `render_stalled`, `render_rejected` or `render_failed`; the signal's reason when it was aborted.
 */
export function runRenderProcess(order: RenderOrder, options: RenderProcessOptions): Promise<void> {
  const { workDir, signal, silenceSeconds, logger } = options;
  return new Promise((resolve, reject) => {
    const [execPath, ...prefix] = [...options.prefix, process.execPath];
    const child = fork(childScript('render-child'), [], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...options.env, [RENDER_MARK]: workDir },
      execPath,
      execArgv: [...prefix, '--enable-source-maps'],
    });
    let tail = '';
    let outcome: Outcome | null = null;
    const settle = (result: Outcome): void => {
      outcome ??= result;
      watch.stop();
      killRender(workDir, child.pid);
    };
    const onAbort = (): void => settle({ done: false, failure: signal.reason });
    const watch = createSilenceWatch(silenceSeconds * 1000, () =>
      settle({ done: false, failure: new AppError('render_stalled', `${silenceSeconds} s without a sign of life`) }),
    );

    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (tail = (tail + text).slice(-TAIL_BYTES)));
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'log') return logger.warn(`Remotion: ${message.line}`);
      if (message.type === 'done') return settle({ done: true });
      if (message.type === 'failed') {
        logger.error(`Remotion: ${message.stack || message.message}`);
        return settle({ done: false, failure: failureOf(message.message) });
      }
      if (outcome !== null) return;
      watch.alive();
      const { renderedFrames, totalFrames, stage } = message;
      options.onProgress({ renderedFrames, totalFrames, stage });
    });
    child.on('error', (error) =>
      settle({ done: false, failure: new AppError('render_failed', error.message, { cause: error }) }),
    );
    child.on('close', (code, killedBy) => {
      signal.removeEventListener('abort', onAbort);
      const how = killedBy ?? `exit code ${code}`;
      if (outcome === null) {
        logger.error(`Remotion ended by ${how}; its last output: ${tail}`);
        settle({ done: false, failure: new AppError('render_failed', `the renderer ended unexpectedly (${how})`) });
      }
      if (outcome?.done === true) resolve();
      else reject(outcome?.failure);
    });

    watch.alive();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else child.send(order, (error) => error && logger.debug(`The renderer took no order: ${error.message}`));
  });
}
