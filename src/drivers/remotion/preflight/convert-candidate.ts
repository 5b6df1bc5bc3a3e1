import path from 'node:path';
import type { Conversion } from './conversion.ts';
import { convertedName, convertInto, useConverted } from './converted-files.ts';
import type { Candidate } from './examine.ts';
import type { MediaInspection } from './inspect.ts';
import { ConversionError } from './run-conversion.ts';

/** ffmpeg also reports success if it gave up in the middle of a damaged file. */
const LEAST_SHARE = 0.9;

type Film = Extract<MediaInspection, { is: 'media' }>;

/**
 * Returns the converted file of a clip and its inspection. Converts the clip unless the cache has the file.
 * @throws {ConversionError} if the film cannot be decoded.
 * @throws {AppError} `disk_full`
 */
export async function convertCandidate(
  { file, conversion, film }: { file: Candidate['file']; conversion: Conversion; film: Film },
  tools: {
    cacheFolder: string;
    mark: string;
    signal: AbortSignal;
    now: () => Date;
    inspect: (file: string) => Promise<MediaInspection>;
    onProgress: (share: number) => void;
  },
): Promise<{ absolute: string; inspection: Film }> {
  const { cacheFolder, mark, signal, now, inspect } = tools;
  const absolute = path.join(cacheFolder, convertedName(film.content, conversion));
  const length = film.videoSeconds;
  const onProgress = (seconds: number): void => tools.onProgress(Math.min(1, seconds / length));
  if (!(await useConverted(absolute, now())))
    await convertInto(absolute, conversion, {
      input: file.absolute,
      demuxer: film.demuxer,
      mark,
      signal,
      onProgress,
    });
  const inspection = await inspect(absolute);
  if (inspection.is !== 'media') throw new ConversionError('nothing of it can be decoded');
  if (inspection.videoSeconds < length * LEAST_SHARE)
    throw new ConversionError(`only ${inspection.videoSeconds.toFixed(1)} s of ${length.toFixed(1)} s can be decoded`);
  return { absolute, inspection };
}
