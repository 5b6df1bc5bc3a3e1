import { formatPath } from '../contracts/fields.ts';
import { MOST_CLIPS, type Clip, type Timeline } from '../contracts/timeline.ts';
import type { FieldError } from '../errors.ts';
import { fileSizeProblem } from './pictures/read-picture.ts';
import { AssetPathError, assetPath, existingAsset, inputPath, shownPath, type AssetFolder } from './paths.ts';

/** A place in a request that names a file. */
interface AssetReference {
  path: readonly PropertyKey[];
  value: unknown;
  /** Whether the film can be made without it. */
  mayBeAway: boolean;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** A file by its path, or an object that has it as `src`. */
const sourceAt = (key: string, value: unknown): AssetReference =>
  isRecord(value)
    ? { path: [key, 'src'], value: value['src'], mayBeAway: false }
    : { path: [key], value, mayBeAway: false };

/** Every file that a timeline names. Accepts any request, valid or not, so that all errors can be reported at once. */
function assetReferences(timeline: unknown): (AssetReference & { value: string })[] {
  if (!isRecord(timeline)) return [];
  const sent = Array.isArray(timeline['clips']) ? (timeline['clips'] as unknown[]) : [];
  // Too many clips are refused as one error.
  const clips = sent.length > MOST_CLIPS ? [] : sent;
  // A string is the content of subtitles, and a list names no file.
  const subtitles = timeline['subtitleSource'] ?? timeline['subtitles'];
  const candidates: AssetReference[] = [
    ...clips.flatMap((clip, index) =>
      isRecord(clip)
        ? [
            {
              path: ['clips', typeof clip['sentAs'] === 'number' ? clip['sentAs'] : index, 'src'],
              value: clip['src'],
              mayBeAway: clip['onError'] === 'skip',
            },
          ]
        : [],
    ),
    ...['audioSrc', 'bgmSrc', 'watermark'].map((key) => sourceAt(key, timeline[key])),
    ...(isRecord(subtitles) ? [sourceAt('subtitles', subtitles)] : []),
  ];
  return candidates.flatMap((one) =>
    typeof one.value === 'string' && one.value.trim() !== '' ? [{ ...one, value: one.value.trim() }] : [],
  );
}

/**
 * Every file that is missing, unreadable, too large a picture, or outside ASSET_PATH, with the path of its field below
 * `prefix`. Checks each file once. Files of skippable clips may be missing.
 */
export async function missingAssets(
  folder: AssetFolder,
  timeline: unknown,
  prefix: readonly PropertyKey[],
): Promise<FieldError[]> {
  const seen = new Map<string, Promise<string | undefined>>();
  const problemOf = async (value: string, mayBeAway: boolean): Promise<string | undefined> => {
    try {
      const relative = inputPath(folder, value);
      if (mayBeAway) return undefined;
      const { absolute } = await existingAsset(folder, relative);
      return await fileSizeProblem(absolute);
    } catch (error) {
      if (error instanceof AssetPathError) return error.message;
      throw error;
    }
  };
  const errors = await Promise.all(
    assetReferences(timeline).map(async ({ path, value, mayBeAway }) => {
      const key = `${mayBeAway} ${value}`;
      const problem = seen.get(key) ?? problemOf(value, mayBeAway);
      seen.set(key, problem);
      const message = await problem;
      return message === undefined
        ? []
        : [{ path: formatPath([...prefix, ...path]), message: `${message} (${shownPath(value)})` }];
    }),
  );
  return errors.flat();
}

type MapPath = (src: string, mayBeAway: boolean) => Promise<string>;

async function mapClip(clip: Clip, map: MapPath): Promise<Clip> {
  return clip.src === undefined ? clip : { ...clip, src: await map(clip.src, clip.onError === 'skip') };
}

async function mapAssets(timeline: Timeline, map: MapPath): Promise<Timeline> {
  const { audioSrc, bgmSrc, watermark, subtitleSource: source } = timeline;
  return {
    ...timeline,
    clips: await Promise.all(timeline.clips.map((clip) => mapClip(clip, map))),
    audioSrc: audioSrc === null ? null : await map(audioSrc, false),
    bgmSrc: bgmSrc === null ? null : await map(bgmSrc, false),
    ...(watermark === undefined ? {} : { watermark: { ...watermark, src: await map(watermark.src, false) } }),
    ...(source === undefined || !('src' in source) ? {} : { subtitleSource: { src: await map(source.src, false) } }),
  };
}

/** The timeline with every path relative to ASSET_PATH. @throws {AssetPathError} */
export const withAssetPaths = (folder: AssetFolder, timeline: Timeline): Promise<Timeline> =>
  mapAssets(timeline, (src) => Promise.resolve(assetPath(folder, src)));

/**
 * The timeline with every path replaced by the real one, because the file server does not follow links. @throws
 * {AssetPathError}
 */
export const withRealAssets = (folder: AssetFolder, timeline: Timeline): Promise<Timeline> =>
  mapAssets(timeline, async (src, mayBeAway) => {
    try {
      return (await existingAsset(folder, src)).relative;
    } catch (error) {
      // Preflight finds the missing file and leaves out the clip.
      if (mayBeAway && error instanceof AssetPathError) return src;
      throw error;
    }
  });
