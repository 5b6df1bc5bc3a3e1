import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { execa } from 'execa';
import { ffmpegProgram } from '../../../assets/ffmpeg.ts';

/** How ffmpeg fared: what it wrote to standard error when it failed, or null. */
export type FfmpegComplaint = string | null;

export interface FfmpegOptions {
  /** Kills it at once. */
  signal: AbortSignal;
  /** Writes its standard input; without it there is none. */
  feed?: (input: Feed) => Promise<void>;
}

/** Takes bytes, waits while ffmpeg is behind, and says whether it still listens. */
export type Feed = (bytes: Uint8Array) => Promise<boolean>;

function feedOf(stdin: Writable): Feed {
  let listens = true;
  // It may end early; its exit code says why.
  stdin.on('error', () => (listens = false)).on('close', () => (listens = false));
  return async (bytes) => {
    if (listens && !stdin.write(bytes))
      await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]).catch(() => undefined);
    return listens;
  };
}

/** Runs the bundled ffmpeg on files. @throws the signal's reason; what `feed` throws. */
export async function runFfmpeg(args: readonly string[], { signal, feed }: FfmpegOptions): Promise<FfmpegComplaint> {
  signal.throwIfAborted();
  const { file, env } = ffmpegProgram('ffmpeg');
  const child = execa(file, ['-hide_banner', '-nostats', '-v', 'error', '-y', ...args], {
    env,
    extendEnv: false,
    cancelSignal: signal,
    // Politely asked to end, it would first finish its file.
    killSignal: 'SIGKILL',
    stdin: feed === undefined ? 'ignore' : 'pipe',
    stdout: 'ignore',
    reject: false,
  });
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
  const { failed, stderr, message } = await child;
  signal.throwIfAborted();
  return failed ? (stderr.trim() === '' ? (message ?? 'ffmpeg failed') : stderr.trim()) : null;
}
