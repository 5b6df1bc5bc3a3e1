import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { execa } from 'execa';
import { programEnvironment } from './child-environment.ts';
import { lowerPriority } from './lower-priority.ts';

/**
 * Writes to a program's standard input, and waits while the program is behind. Resolves with whether the program still
 * reads.
 */
export type Feed = (bytes: Uint8Array) => Promise<boolean>;

export interface ProgramOptions {
  /** The whole environment; default `programEnvironment()`. */
  env?: NodeJS.ProcessEnv;
  /** Kills the program at once. */
  signal?: AbortSignal | undefined;
  /** The program is killed after that time. */
  timeoutMs?: number;
  /** Writes the standard input; without it there is none. */
  feed?: ((write: Feed) => Promise<void>) | undefined;
  /** Called with each line of the standard output, which is then not collected. */
  onLine?: ((line: string) => void) | undefined;
  /** The program is killed if its standard output is longer; default 100 MB. */
  mostOutputBytes?: number;
  /** Gives the program a lower priority than this process has. */
  isBackground?: boolean;
  /** Opens an IPC channel. A Node program of ours ends when the channel closes, so also when this process dies. */
  hasChannel?: boolean;
}

/** How a program ended. */
export interface ProgramEnd {
  stdout: Buffer;
  /** The end of its standard error, at most 16,000 characters. */
  stderr: string;
  /** Undefined if the program was killed or did not start. */
  exitCode: number | undefined;
  /** Null after exit code 0; otherwise the signal, the exit code, or why the program did not start. */
  endedBy: string | null;
  /** The program was killed because of `mostOutputBytes`. */
  isTooLong: boolean;
}

const STDERR_CHARACTERS = 16_000;
const OUTPUT_BYTES = 100_000_000;

function feedOf(stdin: Writable): Feed {
  let reads = true;
  let goOn: (() => void) | undefined;
  const end = () => {
    reads = false;
    goOn?.();
  };
  // The program may end before it has read everything; its exit code says whether that matters.
  stdin
    .on('error', end)
    .on('close', end)
    .on('drain', () => goOn?.());
  return async (bytes) => {
    if (reads && !stdin.write(bytes)) await new Promise<void>((resolve) => (goOn = resolve));
    return reads;
  };
}

/**
 * Runs a program to its end. It is killed with SIGKILL, because ffmpeg would finish its file after SIGTERM.
 * @throws the signal's reason, after the program has ended; the error of `feed`. A failed program does not throw: see
 * `endedBy`.
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramEnd> {
  const { signal, feed, onLine, env = programEnvironment(), mostOutputBytes = OUTPUT_BYTES } = options;
  signal?.throwIfAborted();
  const child = execa(file, args, {
    env,
    extendEnv: false,
    killSignal: 'SIGKILL',
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    stdin: feed === undefined ? 'ignore' : 'pipe',
    buffer: { stdout: onLine === undefined, stderr: false },
    maxBuffer: { stdout: mostOutputBytes },
    ipc: options.hasChannel === true,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  });
  if (options.isBackground === true && child.pid !== undefined) lowerPriority(child.pid);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-STDERR_CHARACTERS)));
  if (onLine !== undefined) createInterface({ input: child.stdout }).on('line', onLine);
  try {
    if (feed !== undefined && child.stdin !== null) {
      await feed(feedOf(child.stdin));
      child.stdin.end();
    }
  } catch (error) {
    child.kill('SIGKILL');
    await child;
    throw error;
  }
  const { failed, exitCode, signal: killedBy, isMaxBuffer, stdout, code } = await child;
  signal?.throwIfAborted();
  return {
    stdout: Buffer.from((stdout as Uint8Array | undefined) ?? []),
    stderr,
    exitCode,
    endedBy: failed ? String(killedBy ?? exitCode ?? code ?? 'not starting') : null,
    isTooLong: isMaxBuffer,
  };
}
