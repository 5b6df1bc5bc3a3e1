import { kindOfFile, type Demuxer } from '../assets/file-kind/file-kind.ts';
import { AssetPathError, assetPath, existingAsset, type AssetFolder } from '../assets/paths.ts';
import { BrokenPictureError } from '../assets/pictures/picture.ts';
import { readPictureFile } from '../assets/pictures/read-picture.ts';
import { probeMedia, UnreadableMediaError } from '../assets/probe.ts';
import { formatPath } from '../contracts/fields.ts';
import { MOST_CLIPS } from '../contracts/timeline.ts';
import { CLIP_TYPES, clipKind, KIND_BY_BYTES, type FileClipKind } from '../contracts/timeline/clip-kind.ts';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Containers of sound alone. */
const SOUNDS: ReadonlySet<Demuxer> = new Set(['wav', 'flac', 'mp3', 'aac', 'ac3', 'eac3', 'caf']);
/** A probe takes 50 ms, so further misnamed files are not checked for sound without a picture. */
const MOST_PROBES = 20;
const WORDS = { image: 'a still picture', gif: 'an animated picture', video: 'a film', audio: 'a sound file' } as const;

interface MediaProbes {
  isMoving(file: string, format: Parameters<typeof readPictureFile>[1]): Promise<boolean>;
  hasPicture(file: string, demuxer: Demuxer): Promise<boolean>;
}

function createMediaProbes(): MediaProbes {
  let probed = 0;
  return {
    async isMoving(file, format) {
      try {
        return (await readPictureFile(file, format)).durationSeconds !== null;
      } catch (error) {
        if (error instanceof BrokenPictureError) return false;
        throw error;
      }
    },
    async hasPicture(file, demuxer) {
      if (++probed > MOST_PROBES) return true;
      try {
        return (await probeMedia(file, undefined, demuxer)).video !== null;
      } catch (error) {
        if (error instanceof UnreadableMediaError) return true;
        throw error;
      }
    },
  };
}

/**
 * The real kind of a file in a clip whose type or name says `named`; undefined if the content does not contradict it.
 */
async function kindByBytes(
  file: string,
  named: FileClipKind | undefined,
  probes: MediaProbes,
): Promise<FileClipKind | undefined> {
  const found = await kindOfFile(file);
  if (found.family === 'picture') {
    const isGif = found.format === 'gif';
    if ((named === 'gif' && isGif) || (named === 'image' && !isGif)) return undefined;
    const moving = await probes.isMoving(file, found.format);
    return moving ? 'gif' : 'image';
  }
  if (found.family !== 'media' || named === 'audio') return undefined;
  if (SOUNDS.has(found.demuxer)) return 'audio';
  if (named === 'video') return undefined;
  return (await probes.hasPicture(file, found.demuxer)) ? 'video' : 'audio';
}

/** A clip that names a file which is there. */
async function fileOf(assets: AssetFolder, src: string): Promise<string | undefined> {
  try {
    return (await existingAsset(assets, assetPath(assets, src))).absolute;
  } catch (error) {
    // Missing files are reported elsewhere.
    if (error instanceof AssetPathError) return undefined;
    throw error;
  }
}

/**
 * Examines the files of the clips in a timeline as a client sent it. If the content of a file contradicts its name or
 * the clip's `type`, the clip gets the real kind (`KIND_BY_BYTES`), with a warning.
 */
export async function withClipKinds(
  assets: AssetFolder,
  timeline: unknown,
): Promise<{ timeline: unknown; warnings: string[] }> {
  const clips = isRecord(timeline) && Array.isArray(timeline['clips']) ? (timeline['clips'] as unknown[]) : [];
  if (!isRecord(timeline) || clips.length === 0 || clips.length > MOST_CLIPS) return { timeline, warnings: [] };
  const probes = createMediaProbes();
  const known = new Map<string, Promise<FileClipKind | undefined>>();
  const detectKind = async (src: string, named: FileClipKind | undefined): Promise<FileClipKind | undefined> => {
    const file = await fileOf(assets, src);
    return file === undefined ? undefined : kindByBytes(file, named, probes);
  };
  const warnings: string[] = [];
  const told: unknown[] = [];
  for (const [index, clip] of clips.entries()) {
    told.push(clip);
    const src = isRecord(clip) && typeof clip['src'] === 'string' ? clip['src'].trim() : '';
    if (!isRecord(clip) || src === '') continue;
    const type = CLIP_TYPES.find((one) => one === clip['type']);
    if (type === 'text' || type === 'color' || type === 'audio') continue;
    // An unknown type is refused elsewhere.
    if (type === undefined && clip['type'] !== undefined && clip['type'] !== null && clip['type'] !== '') continue;
    const named = clipKind(type, { src });
    if (named === 'text' || named === 'color') continue;
    const key = `${named} ${src}`;
    const detecting = known.get(key) ?? detectKind(src, named);
    known.set(key, detecting);
    const kind = await detecting;
    if (kind === undefined || kind === named) continue;
    told[index] = { ...clip, [KIND_BY_BYTES]: kind };
    if (named !== undefined)
      warnings.push(
        `${formatPath(['clips', index, 'src'])}: ${src} is ${WORDS[kind]}, not ${WORDS[named]}; it is used as ${WORDS[kind]}`,
      );
  }
  const isTold = told.some((clip, index) => clip !== clips[index]);
  return { timeline: isTold ? { ...timeline, clips: told } : timeline, warnings };
}
