import type { Writable } from 'node:stream';
import { execa } from 'execa';
import { complaintOf } from '../../../assets/ffmpeg-complaint.ts';
import { ffmpegProgram } from '../../../assets/ffmpeg.ts';
import { AppError } from '../../../errors.ts';
import { RENDER_MARK } from '../pool/strays.ts';

/** Why ffmpeg failed; null: it did not. */
export type FfmpegComplaint = {
  /** As `complaintOf` gives it. */
  text: string;
  /** It gave up by itself, so the cause is in its input or the disk; otherwise it was killed or could not be started. */
  isItsOwn: boolean;
} | null;

/** Takes bytes, waits while ffmpeg is behind, and says whether it still listens. */
export type Feed = (bytes: Uint8Array) => Promise<boolean>;

export interface FfmpegOptions {
  /** Kills it at once. */
  signal: AbortSignal;
  /** Marks ffmpeg, so that the next worker finds it should this process die: a folder of its pool. */
  mark: string;
  /** Writes its standard input; without it there is none. */
  feed?: (input: Feed) => Promise<void>;
}

function feedOf(stdin: Writable): Feed {
  let listens = true;
  let goOn: (() => void) | undefined;
  const end = () => {
    listens = false;
    goOn?.();
  };
  // It may end early; its exit code says why.
  stdin
    .on('error', end)
    .on('close', end)
    .on('drain', () => goOn?.());
  return async (bytes) => {
    if (listens && !stdin.write(bytes)) await new Promise<void>((resolve) => (goOn = resolve));
    return listens;
  };
}

const MOST_LINES = 10;

/** Runs the bundled ffmpeg on files. @throws the signal's reason; what `feed` throws. */
export async function runFfmpeg(args: readonly string[], options: FfmpegOptions): Promise<FfmpegComplaint> {
  const { signal, mark, feed } = options;
  signal.throwIfAborted();
  const { file, env } = ffmpegProgram('ffmpeg');
  const child = execa(file, ['-hide_banner', '-nostats', '-v', 'error', '-y', ...args], {
    env: { ...env, [RENDER_MARK]: mark },
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
  const { failed, stderr, signal: killedBy, exitCode } = await child;
  signal.throwIfAborted();
  if (!failed) return null;
  const text = complaintOf(stderr, args, MOST_LINES) || `ffmpeg ended by ${killedBy ?? exitCode ?? 'not starting'}`;
  return { text, isItsOwn: exitCode !== undefined };
}

/** A complaint about making `output` as an error of the catalogue; given the `source` whose fault it otherwise is, it is refused. */
export function soundFailure({ text }: NonNullable<FfmpegComplaint>, output: string, source?: string): AppError {
  if (/no space left/i.test(text)) return new AppError('disk_full', output);
  const cause = text.split('\n').slice(-2).join(' ');
  return source === undefined
    ? new AppError('render_failed', cause)
    : new AppError('render_rejected', `${source}: ${cause}`);
}
