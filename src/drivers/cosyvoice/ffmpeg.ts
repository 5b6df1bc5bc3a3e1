import { execa } from 'execa';
import { complaintOf } from '../../assets/ffmpeg-complaint.ts';
import { ffmpegProgram } from '../../assets/ffmpeg.ts';
import { AppError } from '../../errors.ts';

/**
 * Runs the bundled ffmpeg on files; gives what it wrote to standard error. Killed when the signal aborts.
 * @throws {AppError} `speech_failed`; the signal's reason.
 */
export async function ffmpegOnFiles(args: readonly string[], signal: AbortSignal): Promise<string> {
  const { file, env } = ffmpegProgram('ffmpeg');
  signal.throwIfAborted();
  const { failed, stderr, message } = await execa(file, ['-hide_banner', '-nostats', '-y', ...args], {
    env,
    extendEnv: false,
    cancelSignal: signal,
    stdin: 'ignore',
    stdout: 'ignore',
    reject: false,
  });
  signal.throwIfAborted();
  if (failed)
    throw new AppError(
      'speech_failed',
      complaintOf(stderr === '' ? (message ?? '') : stderr, args, 2).replaceAll('\n', ' '),
    );
  return stderr;
}
