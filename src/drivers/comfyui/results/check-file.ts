import path from 'node:path';
import { kindOfFile, type FileKind } from '../../../assets/file-kind/file-kind.ts';
import { kindByName } from '../../../assets/file-kind/kind-by-name.ts';
import { packetSpan } from '../../../assets/packet-span.ts';
import { BrokenPictureError, TooLargePictureError } from '../../../assets/pictures/picture.ts';
import { readPictureFile } from '../../../assets/pictures/read-picture.ts';
import { probeMedia, UnreadableMediaError } from '../../../assets/probe.ts';
import { ConnectionFailure } from '../client/connection-failure.ts';

/** A body from `/view` on our disk. */
export interface Download {
  file: string;
  /** Its name on ComfyUI. */
  filename: string;
  /** The declared type; empty if none was declared. */
  contentType: string;
  /** Whether the answer declared its length or marked its end. Otherwise it may be incomplete without any sign. */
  isEndKnown: boolean;
}

export interface MediaSize {
  width?: number;
  height?: number;
  durationSeconds?: number;
}

const thousandths = (seconds: number): number => Math.round(seconds * 1000) / 1000;

type MediaKind = 'image' | 'video' | 'audio';
const isMedia = (kind: string): kind is MediaKind => kind === 'image' || kind === 'video' || kind === 'audio';

const WITH_ARTICLE = { image: 'a picture', video: 'a film', audio: 'a sound' } as const;
const NOUNS = { image: 'picture', video: 'film', audio: 'sound' } as const;

/** Extensions of text files that may be an HTML page. */
const MAY_BE_PAGE = new Set(['', 'txt', 'md', 'xml', 'log', 'html', 'htm', 'xhtml']);
const PAGES = new Set(['html', 'htm', 'xhtml']);
/** Extensions of files that are never text. */
const BINARY = new Set(['glb', 'safetensors', 'latent', 'ckpt', 'pt', 'pth', 'npy', 'npz', 'zip', 'exr', 'usdz']);
const DECLARED_PAGE = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i;
/** How much of a film's picture may be missing; the same tolerance applies to films in timelines. */
const LOST_SECONDS = 0.25;
const LOST_SHARE = 0.01;

/** For content that ComfyUI never made, such as a page of a proxy. The file is downloaded again, not made again. */
const replaced = ({ filename }: Download, came: string, wanted: string): ConnectionFailure =>
  new ConnectionFailure('nonsense', `received ${came} instead of ${wanted} (${filename})`);

/** For a file that is not usable, perhaps not even on ComfyUI's disk. */
const damaged = ({ filename }: Download, problem: string): ConnectionFailure =>
  new ConnectionFailure('damaged', `${filename} ${problem}`);

async function measurePicture(download: Download, found: FileKind & { family: 'picture' }, signal: AbortSignal) {
  try {
    return await readPictureFile(download.file, found.format, signal);
  } catch (error) {
    if (!(error instanceof BrokenPictureError)) throw error;
    // Viewers draw even an incomplete SVG, and only films limit the size of pictures.
    if (found.format === 'svg' || error instanceof TooLargePictureError) return null;
    throw damaged(download, error.message);
  }
}

/** Checks a file whose bytes are a picture. An animation is accepted as a film. */
async function checkPicture(
  download: Download,
  found: FileKind & { family: 'picture' },
  named: MediaKind,
  signal: AbortSignal,
): Promise<MediaSize> {
  const picture = await measurePicture(download, found, signal);
  const isMoving = picture === null || picture.durationSeconds !== null;
  if (named === 'audio' || (named === 'video' && !isMoving))
    throw replaced(download, `a ${found.format.toUpperCase()} picture`, WITH_ARTICLE[named]);
  if (picture === null) return {};
  const { width, height, durationSeconds } = picture;
  return {
    width,
    height,
    ...(named === 'video' && durationSeconds !== null && { durationSeconds: thousandths(durationSeconds) }),
  };
}

async function checkFilmOrSound(
  download: Download,
  { demuxer }: FileKind & { family: 'media' },
  named: MediaKind,
  signal: AbortSignal,
): Promise<MediaSize> {
  const { file } = download;
  const info = await probeMedia(file, signal, demuxer).catch((error: unknown) => {
    if (!(error instanceof UnreadableMediaError)) throw error;
    throw damaged(download, `is damaged or cut off: ${error.message}`);
  });
  const { video, audio } = info;
  if (video === null && audio === null) throw damaged(download, 'contains neither a picture nor sound');
  const is = video === null ? 'audio' : 'video';
  if (is !== named) throw replaced(download, WITH_ARTICLE[is], WITH_ARTICLE[named]);
  const duration = video?.durationSeconds ?? audio?.durationSeconds ?? info.durationSeconds;
  if (video !== null && duration !== null && !download.isEndKnown) {
    const { videoSeconds } = await packetSpan(file, demuxer, signal);
    const least = duration - Math.max(LOST_SECONDS, duration * LOST_SHARE) + info.startSeconds;
    if ((videoSeconds ?? 0) < least) throw damaged(download, 'is cut off');
  }
  return {
    ...(video !== null && { width: video.width, height: video.height }),
    ...(duration !== null && { durationSeconds: thousandths(duration) }),
  };
}

async function checkMedia(download: Download, named: MediaKind, signal: AbortSignal): Promise<MediaSize> {
  const found = await kindOfFile(download.file);
  switch (found.family) {
    case 'picture':
      return checkPicture(download, found, named, signal);
    case 'media':
      return checkFilmOrSound(download, found, named, signal);
    case 'unusable':
      // For example a TIFF or an EXR: useful for the client, although films cannot use it.
      if (found.sort === NOUNS[named]) return {};
      throw replaced(download, found.name, WITH_ARTICLE[named]);
    case 'text':
      throw replaced(download, found.name, WITH_ARTICLE[named]);
    default:
      // A JPEG XL codestream begins with two bytes that other files may have too.
      if (/\.jxl$/i.test(download.filename)) return {};
      throw damaged(download, `is not a ${NOUNS[named]}: its bytes have no known format`);
  }
}

/**
 * Checks that a file from ComfyUI matches its name, and measures it. Another format of the same kind is accepted, such
 * as a WebP named `.png`.
 * @throws {ConnectionFailure} `nonsense` for a file that ComfyUI never made, `damaged` for one that is empty, cut off
 * or broken; the signal's reason.
 */
export async function checkFile(download: Download, bytes: number, signal: AbortSignal): Promise<MediaSize> {
  const { file, filename, contentType } = download;
  if (bytes === 0) throw damaged(download, 'is empty');
  const named = kindByName(filename);
  if (isMedia(named)) return checkMedia(download, named, signal);
  const extension = path.extname(filename).slice(1).toLowerCase();
  const found = await kindOfFile(file);
  const isPage = found.family === 'text' && found.name === 'an HTML page';
  const isDeclared = DECLARED_PAGE.test(contentType) && !PAGES.has(extension);
  if (isPage && (isDeclared || !MAY_BE_PAGE.has(extension))) throw replaced(download, found.name, 'a file');
  if (found.family === 'text' && BINARY.has(extension)) throw replaced(download, found.name, 'a file');
  return {};
}
