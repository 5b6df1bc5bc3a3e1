import { readFile, stat } from 'node:fs/promises';
import type { Timeline } from '../contracts/timeline.ts';
import { AssetPathError, assetPath, existingAsset, type AssetFolder } from './paths.ts';

const MOST_BYTES = 10_000_000;

/** UTF-16 is recognised by its byte order mark; everything else must be UTF-8. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/**
 * The content of the subtitle file that a timeline names, by its path in the timeline; empty if it names none.
 * @throws {AssetPathError} if the file does not exist or is not text
 */
export async function readSubtitleFile(
  folder: AssetFolder,
  { subtitleSource }: Pick<Timeline, 'subtitleSource'>,
): Promise<ReadonlyMap<string, string>> {
  if (subtitleSource === undefined || !('src' in subtitleSource)) return new Map();
  const { src } = subtitleSource;
  const { absolute } = await existingAsset(folder, assetPath(folder, src));
  const { size } = await stat(absolute);
  if (size > MOST_BYTES) throw new AssetPathError(`expected SRT or VTT of at most ${MOST_BYTES} bytes`);
  try {
    const bytes = await readFile(absolute);
    return new Map([[src, new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes)]]);
  } catch (error) {
    if (error instanceof TypeError)
      throw new AssetPathError('expected SRT or VTT in UTF-8 or UTF-16', { cause: error });
    throw error;
  }
}
