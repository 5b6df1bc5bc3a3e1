import { complaintOf } from '../../../assets/ffmpeg-complaint.ts';
import { runFfmpegProgram } from '../../../assets/ffmpeg.ts';
import { AppError } from '../../../errors.ts';
import { PROCESS_MARK } from '../../../host/marked-processes.ts';
import type { ProgramOptions } from '../../../host/run-program.ts';

/** Why ffmpeg failed; null: it did not. */
export type FfmpegComplaint = {
  /** As `complaintOf` gives it. */
  text: string;
  /** It gave up by itself, so the cause is in its input or the disk; otherwise it was killed or could not be started. */
  isItsOwn: boolean;
} | null;

export interface FfmpegOptions extends Pick<ProgramOptions, 'feed' | 'onLine' | 'isBackground'> {
  /** Kills it at once. */
  signal: AbortSignal;
  /** Marks ffmpeg, so that the next worker finds it should this process die: a folder of its pool. */
  mark: string;
}

const MOST_LINES = 10;

/** Runs the bundled ffmpeg on files. @throws the signal's reason; what `feed` throws. */
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

/** A complaint about making `output` as an error of the catalogue; given the `source` whose fault it otherwise is, it is refused. */
export function soundFailure({ text }: NonNullable<FfmpegComplaint>, output: string, source?: string): AppError {
  if (/no space left/i.test(text)) return new AppError('disk_full', output);
  const cause = text.split('\n').slice(-2).join(' ');
  return source === undefined
    ? new AppError('render_failed', cause)
    : new AppError('render_rejected', `${source}: ${cause}`);
}
