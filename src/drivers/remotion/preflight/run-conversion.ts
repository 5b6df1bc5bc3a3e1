import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Demuxer } from '../../../assets/file-kind/file-kind.ts';
import { complaintOf } from '../../../assets/ffmpeg-complaint.ts';
import { ffmpegProgram } from '../../../assets/ffmpeg.ts';
import { foreignFile } from '../../../assets/foreign-media.ts';
import { AppError } from '../../../errors.ts';
import { RENDER_MARK } from '../pool/strays.ts';

/** ffmpeg could not read the file to its end; the message is its reason. */
export class ConversionError extends Error {
  override name = 'ConversionError';
}

export interface ConversionOrder {
  input: string;
  demuxer: Demuxer;
  args: readonly string[];
  output: string;
  /** Marks ffmpeg, so that the next worker finds it should this process die: a folder of its pool. */
  mark: string;
  signal: AbortSignal;
  /** Called twice a second while ffmpeg is alive: how much of the film is done, in seconds of its length. */
  onProgress: (seconds: number) => void;
}

const ERROR_CHARACTERS = 2000;

/**
 * Runs ffmpeg until it ends; an abort kills it at once. Nothing but the input is opened.
 * @throws {ConversionError}
 * @throws {AppError} `disk_full`, `render_failed` when it is killed; the signal's reason when aborted.
 */
export async function runConversion(order: ConversionOrder): Promise<void> {
  const { input, demuxer, args, output, mark, signal, onProgress } = order;
  signal.throwIfAborted();
  const { file, env } = ffmpegProgram('ffmpeg');
  const report = ['-v', 'error', '-nostdin', '-nostats', '-progress', 'pipe:1', '-y'];
  const all = [...report, ...foreignFile(input, demuxer), ...args, `file:${output}`];
  const child = spawn(file, all, {
    env: { ...env, [RENDER_MARK]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A conversion must not starve the box that it runs on.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const kill = (): boolean => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-ERROR_CHARACTERS)));
  createInterface({ input: child.stdout }).on('line', (line) => {
    // N/A until the encoder has given its first picture away.
    const [, microseconds] = /^out_time_us=(.+)$/.exec(line) ?? [];
    if (microseconds !== undefined) onProgress(Math.max(0, Number(microseconds) || 0) / 1e6);
  });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    signal.throwIfAborted();
    if (errors.includes('No space left on device')) throw new AppError('disk_full', output);
    if (code === null)
      throw new AppError('render_failed', `ffmpeg was killed while it converted ${path.basename(input)}`);
    if (code !== 0) throw new ConversionError(complaintOf(errors, all));
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
