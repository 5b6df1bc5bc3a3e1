import path from 'node:path';
import { messageOf } from '../../../errors.ts';
import { type Media, type MediaFacts, mediaKey, type MediaUse } from '../../../film/media.ts';
import type { Logger } from '../../../logging.ts';
import { convertCandidate } from './convert-candidate.ts';
import { sweepConverted } from './converted-files.ts';
import { examine, type Candidate } from './examine.ts';
import { factsOf } from './facts.ts';
import { openInspectionCache, type InspectionCache } from './inspection-cache.ts';
import { leftOut, refuse, type Problem } from './problems.ts';
import { ConversionError } from './run-conversion.ts';

export interface PreflightProgress {
  /** The file that is converted, relative to ASSET_PATH. */
  src: string;
  /** Progress of all conversions together, 0–1. */
  share: number;
}

export interface PreflightOptions {
  assetRoot: string;
  /**
   * The folder of the conversions and inspections of all tasks. It is below `assetRoot`, so that the browser can load
   * its files.
   */
  cacheFolder: string;
  /** The mark of the started processes; see `ConversionOrder`. */
  mark: string;
  signal: AbortSignal;
  logger: Logger;
  now?: () => Date;
  onProgress?: (progress: PreflightProgress) => void;
}

/**
 * Checks, before anything is drawn, that every file of a film exists and matches its clip, and converts files that the
 * browser cannot draw. It opens no other file and no network connection. Bad files of `skippable` clips are left out of
 * `media`, with a warning.
 * @throws {AppError} `asset_missing` or `render_rejected`, naming all bad files; `disk_full`,
 * `asset_folder_unavailable`; the signal's reason when aborted.
 */
export async function preflight(
  uses: readonly MediaUse[],
  options: PreflightOptions,
): Promise<{ media: Media; warnings: string[] }> {
  const { cacheFolder, signal, logger, now = () => new Date() } = options;
  signal.throwIfAborted();
  const cache = await openInspectionCache(cacheFolder, now);
  try {
    return await settle(uses, cache, { ...options, now });
  } catch (error) {
    // After an abort, throw the signal's reason, whatever failed because of it.
    throw signal.aborted ? signal.reason : error;
  } finally {
    await cache.save().catch((error: unknown) => {
      logger.warn(`The results of the media inspection could not be saved: ${messageOf(error)}`);
    });
  }
}

async function settle(
  uses: readonly MediaUse[],
  cache: InspectionCache,
  options: PreflightOptions & { now: () => Date },
): Promise<{ media: Media; warnings: string[] }> {
  const { assetRoot, cacheFolder, signal, now } = options;
  const inspect = (file: string) => cache.inspect(file, signal);
  const { candidates, problems } = await examine(uses, assetRoot, inspect, signal);
  refuse(problems);

  const media = new Map<string, MediaFacts>();
  const keep = ({ uses: [use] }: Candidate, facts: MediaFacts): void => {
    if (use !== undefined) media.set(mediaKey(use), facts);
  };
  for (const candidate of candidates.filter(({ verdict }) => verdict.conversion === null))
    keep(candidate, factsOf(candidate.as, candidate.file.relative, candidate.inspection));

  const pending = candidates.filter(({ verdict }) => verdict.conversion !== null);
  if (pending.length > 0) await sweepConverted(cacheFolder, now());
  for (const [done, candidate] of pending.entries()) {
    const result = await convert(candidate, inspect, options, (share) => (done + share) / pending.length);
    if ('problems' in result) {
      refuse(result.problems);
      problems.push(...result.problems);
    } else keep(candidate, result.facts);
  }
  const notes = candidates.flatMap(({ uses: same, file, verdict }) =>
    verdict.warnings.map((warning) => `${same.map(({ field }) => field).join(', ')}: ${file.relative}: ${warning}`),
  );
  return { media, warnings: [...leftOut(problems), ...notes] };
}

async function convert(
  { uses, as, file, inspection, verdict }: Candidate,
  inspect: (file: string) => ReturnType<InspectionCache['inspect']>,
  options: PreflightOptions & { now: () => Date },
  total: (share: number) => number,
): Promise<{ facts: MediaFacts } | { problems: Problem[] }> {
  const { conversion } = verdict;
  if (conversion === null || inspection.is !== 'media') throw new Error(`${file.relative} needs no conversion`);
  const onProgress = (share: number): void => options.onProgress?.({ src: file.relative, share: total(share) });
  onProgress(0);
  options.logger.info(`${file.relative} is converted: the browser cannot draw ${conversion.because}`);
  try {
    const made = await convertCandidate({ file, conversion, film: inspection }, { ...options, inspect, onProgress });
    onProgress(1);
    const src = path.relative(options.assetRoot, made.absolute).split(path.sep).join('/');
    return { facts: { ...factsOf(as, src, made.inspection), content: inspection.content } };
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    const message = `cannot be converted from ${conversion.because}: ${error.message}`;
    return { problems: uses.map((use) => ({ use, message, isGone: false })) };
  }
}
