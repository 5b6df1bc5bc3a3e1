import { createHash } from 'node:crypto';
import { rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../../assets/work-folder.ts';
import { DAY_MS } from '../../../contracts/names.ts';
import { moveDurably } from '../../../host/durable-file.ts';
import { sweepCache } from '../sweep-cache.ts';
import type { Conversion } from './conversion.ts';
import { runConversion } from './run-conversion.ts';

const KEEP_MS = 30 * DAY_MS;
const MARK_MS = DAY_MS / 4;
/**
 * ffmpeg writes all the time, so an unfinished file that was not written to for this long belongs to a dead process.
 */
const ABANDONED_MS = DAY_MS / 24;
const MOST_BYTES = 20 * 2 ** 30;
/** Names of unfinished files: of a conversion, and of a cache file that is being replaced. */
const UNFINISHED = /\.(part|tmp)$/;

/** The name of a converted file is a hash of everything that determines its content. */
export function convertedName(content: string, { args, extension }: Conversion): string {
  const hash = createHash('sha256').update(JSON.stringify([content, args]));
  return `${hash.digest('hex').slice(0, 32)}.${extension}`;
}

/** Whether an earlier conversion made this file. If so, marks it as used. */
export async function useConverted(file: string, now: Date): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return false;
  // Not at every use, because a file whose times change is inspected again.
  if (now.getTime() - found.mtimeMs > MARK_MS) await utimes(file, now, now);
  return true;
}

/**
 * Converts `input` to `output`, which is complete or does not exist.
 * @throws as {@link runConversion}
 */
export async function convertInto(
  output: string,
  { args, extension }: Conversion,
  order: Omit<Parameters<typeof runConversion>[0], 'args' | 'output'>,
): Promise<void> {
  const unfinished = `${output}.${process.pid}.part`;
  const format = ['-f', extension, ...(extension === 'mp4' ? ['-movflags', '+faststart'] : [])];
  await makeFolder(path.dirname(output), 2);
  try {
    await runConversion({ ...order, args: [...args, ...format], output: unfinished });
    await moveDurably(unfinished, output);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * Removes files that were not used for 30 days, unfinished files of killed conversions, and then the longest unused
 * files until the rest is at most 20 GiB. A file that was used within a day stays, because a running film may need it.
 */
export async function sweepConverted(folder: string, now: Date, mostBytes = MOST_BYTES): Promise<void> {
  const since = (age: number): number => now.getTime() - age;
  const usedSince = (name: string): number | null => {
    if (UNFINISHED.test(name)) return since(ABANDONED_MS);
    return /\.(mp4|webm)$/.test(name) ? since(KEEP_MS) : null;
  };
  await sweepCache(folder, { usedSince, mostBytes, inUseSince: since(DAY_MS) });
}
