import { formatPath } from '../contracts/fields.ts';
import { MOST_CLIPS, type Timeline } from '../contracts/timeline.ts';
import type { FieldError } from '../errors.ts';
import { AssetPathError, assetPath, existingAsset, type AssetFolder } from './paths.ts';

/** A place in a request that names a file. */
interface AssetReference {
  path: readonly PropertyKey[];
  value: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Every file that a timeline names. Works on what a client sent, valid or not, so that all its errors can be told at once. */
function assetReferences(timeline: unknown): AssetReference[] {
  if (!isRecord(timeline)) return [];
  const sent = Array.isArray(timeline['clips']) ? (timeline['clips'] as unknown[]) : [];
  // Too many are refused as one.
  const clips = sent.length > MOST_CLIPS ? [] : sent;
  const candidates = [
    ...clips.map((clip, index) => ({ path: ['clips', index, 'src'], value: isRecord(clip) ? clip['src'] : undefined })),
    { path: ['audioSrc'], value: timeline['audioSrc'] },
    { path: ['bgmSrc'], value: timeline['bgmSrc'] },
  ];
  return candidates.flatMap(({ path, value }) =>
    typeof value === 'string' && value.trim() !== '' ? [{ path, value: value.trim() }] : [],
  );
}

/** Each file that is missing, unreadable or outside ASSET_PATH, by its path below `prefix`. Looks at each file once. */
export async function missingAssets(
  folder: AssetFolder,
  timeline: unknown,
  prefix: readonly PropertyKey[],
): Promise<FieldError[]> {
  const seen = new Map<string, Promise<string | undefined>>();
  const problemOf = async (value: string): Promise<string | undefined> => {
    try {
      await existingAsset(folder, assetPath(folder, value));
      return undefined;
    } catch (error) {
      if (error instanceof AssetPathError) return error.message;
      throw error;
    }
  };
  const errors = await Promise.all(
    assetReferences(timeline).map(async ({ path, value }) => {
      const problem = seen.get(value) ?? problemOf(value);
      seen.set(value, problem);
      const message = await problem;
      return message === undefined
        ? []
        : [{ path: formatPath([...prefix, ...path]), message: `${message} (${value})` }];
    }),
  );
  return errors.flat();
}

const mapAssets = async (timeline: Timeline, map: (src: string) => Promise<string>): Promise<Timeline> => ({
  ...timeline,
  clips: await Promise.all(timeline.clips.map(async (clip) => ({ ...clip, src: await map(clip.src) }))),
  audioSrc: timeline.audioSrc === null ? null : await map(timeline.audioSrc),
  bgmSrc: timeline.bgmSrc === null ? null : await map(timeline.bgmSrc),
});

/** The timeline with every path relative to ASSET_PATH. @throws {AssetPathError} */
export const withAssetPaths = (folder: AssetFolder, timeline: Timeline): Promise<Timeline> =>
  mapAssets(timeline, (src) => Promise.resolve(assetPath(folder, src)));

/** The timeline with every path replaced by the real one: a static server does not follow links to files. @throws {AssetPathError} */
export const withRealAssets = (folder: AssetFolder, timeline: Timeline): Promise<Timeline> =>
  mapAssets(timeline, async (src) => (await existingAsset(folder, src)).relative);
