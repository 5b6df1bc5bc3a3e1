import path from 'node:path';
import type { Demuxer } from '../../../assets/file-kind/file-kind.ts';
import { foreignFile } from '../../../assets/foreign-media.ts';
import { AppError } from '../../../errors.ts';
import { runMarkedFfmpeg } from '../encode/marked-ffmpeg.ts';

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
  /** Called twice a second while ffmpeg runs, with the seconds of the film that are done. */
  onProgress: (seconds: number) => void;
}

/**
 * Runs ffmpeg until it ends; an abort kills it at once. Nothing but the input is opened.
 * @throws {ConversionError}
 * @throws {AppError} `disk_full`, `render_failed` when it is killed; the signal's reason when aborted.
 */
export async function runConversion(order: ConversionOrder): Promise<void> {
  const { input, demuxer, args, output, mark, signal, onProgress } = order;
  const onLine = (line: string): void => {
    // N/A until the encoder has given its first picture away.
    const [, microseconds] = /^out_time_us=(.+)$/.exec(line) ?? [];
    if (microseconds !== undefined) onProgress(Math.max(0, Number(microseconds) || 0) / 1e6);
  };
  const all = ['-nostdin', '-progress', 'pipe:1', ...foreignFile(input, demuxer), ...args, `file:${output}`];
  // A conversion must not starve the machine that it runs on.
  const complaint = await runMarkedFfmpeg(all, { signal, mark, isBackground: true, onLine });
  if (complaint === null) return;
  const { text, isItsOwn } = complaint;
  if (text.includes('No space left on device')) throw new AppError('disk_full', output);
  if (!isItsOwn) throw new AppError('render_failed', `ffmpeg was killed while it converted ${path.basename(input)}`);
  throw new ConversionError(text.split('\n').at(-1));
}
