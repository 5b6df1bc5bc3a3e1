import { complaintOf } from '../../assets/ffmpeg-complaint.ts';
import { runFfmpegProgram } from '../../assets/ffmpeg.ts';
import { AppError } from '../../errors.ts';

/**
 * Runs the bundled ffmpeg on files. It is killed when the signal aborts. @returns the end of its standard error.
 * @throws {AppError} `speech_failed`; the signal's reason.
 */
export async function ffmpegOnFiles(args: readonly string[], signal: AbortSignal): Promise<string> {
  const all = ['-hide_banner', '-nostats', '-y', ...args];
  const { stderr, endedBy } = await runFfmpegProgram('ffmpeg', all, { signal });
  if (endedBy !== null)
    throw new AppError(
      'speech_failed',
      complaintOf(stderr, args, 2).replaceAll('\n', ' ') || `ffmpeg ended by ${endedBy}`,
    );
  return stderr;
}
