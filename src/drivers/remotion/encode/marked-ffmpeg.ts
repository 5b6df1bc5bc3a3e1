import { complaintOf } from '../../../assets/ffmpeg-complaint.ts';
import { runFfmpegProgram } from '../../../assets/ffmpeg.ts';
import { AppError } from '../../../errors.ts';
import { PROCESS_MARK } from '../../../host/marked-processes.ts';
import type { ProgramOptions } from '../../../host/run-program.ts';

/** Why ffmpeg failed; null if it did not. */
export type FfmpegComplaint = {
  /** The text from `complaintOf`. */
  text: string;
  /**
   * True if ffmpeg gave up by itself, so that the cause is its input or the disk; false if it was killed or could not
   * be started.
   */
  isItsOwn: boolean;
} | null;

export interface FfmpegOptions extends Pick<ProgramOptions, 'feed' | 'onLine' | 'isBackground'> {
  /** Kills it at once. */
  signal: AbortSignal;
  /** The mark of ffmpeg, a folder of the pool. If this process dies, the next worker finds ffmpeg by it. */
  mark: string;
}

const MOST_LINES = 10;

/** Runs the bundled ffmpeg on files. @throws the signal's reason; the error of `feed`. */
export async function runMarkedFfmpeg(
  args: readonly string[],
  { mark, ...options }: FfmpegOptions,
): Promise<FfmpegComplaint> {
  const all = ['-hide_banner', '-nostats', '-v', 'error', '-y', ...args];
  const { stderr, exitCode, endedBy } = await runFfmpegProgram('ffmpeg', all, {
    ...options,
    env: { [PROCESS_MARK]: mark },
  });
  if (endedBy === null) return null;
  const text = complaintOf(stderr, args, MOST_LINES) || `ffmpeg ended by ${endedBy}`;
  return { text, isItsOwn: exitCode !== undefined };
}

/**
 * Converts a complaint about writing `output` into an error of the catalogue. If `source` is given, any other fault is
 * blamed on it, as a rejection.
 */
export function soundFailure({ text }: NonNullable<FfmpegComplaint>, output: string, source?: string): AppError {
  if (/no space left/i.test(text)) return new AppError('disk_full', output);
  const cause = text.split('\n').slice(-2).join(' ');
  return source === undefined
    ? new AppError('render_failed', cause)
    : new AppError('render_rejected', `${source}: ${cause}`);
}
