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
  /** The mark of ffmpeg, a folder of the pool. If this process dies, the next worker finds ffmpeg by it. */
  mark: string;
  signal: AbortSignal;
  /** Called twice a second while ffmpeg runs, with the seconds of the film that are done. */
  onProgress: (seconds: number) => void;
}

/**
 * Runs ffmpeg to its end; an abort kills it at once. It opens only the input.
 * @throws {ConversionError}
 * @throws {AppError} `disk_full`, `render_failed` if ffmpeg is killed; the signal's reason when aborted.
 */
export async function runConversion(order: ConversionOrder): Promise<void> {
  const { input, demuxer, args, output, mark, signal, onProgress } = order;
  const onLine = (line: string): void => {
    // This is N/A until the encoder has written its first picture.
    const [, microseconds] = /^out_time_us=(.+)$/.exec(line) ?? [];
    if (microseconds !== undefined) onProgress(Math.max(0, Number(microseconds) || 0) / 1e6);
  };
  const all = ['-nostdin', '-progress', 'pipe:1', ...foreignFile(input, demuxer), ...args, `file:${output}`];
  // A conversion must not starve the machine.
  const complaint = await runMarkedFfmpeg(all, { signal, mark, isBackground: true, onLine });
  if (complaint === null) return;
  const { text, isItsOwn } = complaint;
  if (text.includes('No space left on device')) throw new AppError('disk_full', output);
  if (!isItsOwn) throw new AppError('render_failed', `ffmpeg was killed while it converted ${path.basename(input)}`);
  throw new ConversionError(text.split('\n').at(-1));
}
