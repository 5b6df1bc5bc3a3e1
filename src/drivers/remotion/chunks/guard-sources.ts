import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../errors.ts';
import type { Picture } from '../../../film/film.ts';
import { sourceFilesOf } from './source-files.ts';

/** Detects changes of a film's source files while it is drawn. */
export interface SourcesGuard {
  /**
   * Checks that the files of a part of the film are the same as at the beginning of the render.
   * @throws {AppError} `asset_missing`, naming the deleted file; `render_failed` if a file has changed.
   */
  check(part: Picture): Promise<void>;
}

/** Records the present state of every file of a picture. */
export async function guardSources(picture: Picture, assetRoot: string): Promise<SourcesGuard> {
  const identify = async (src: string): Promise<string | null> =>
    stat(path.join(assetRoot, src)).then(
      ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
      () => null,
    );
  const before = new Map<string, string | null>();
  for (const src of sourceFilesOf(picture)) before.set(src, await identify(src));
  return {
    async check(part) {
      const found = await Promise.all(sourceFilesOf(part).map(async (src) => ({ src, now: await identify(src) })));
      const gone = found.filter(({ now }) => now === null).map(({ src }) => src);
      if (gone.length > 0) throw new AppError('asset_missing', gone.join(', '));
      const changed = found.find(({ src, now }) => now !== before.get(src));
      if (changed !== undefined) throw new AppError('render_failed', `${changed.src} was changed while it was drawn`);
    },
  };
}
