import path from 'node:path';
import { kindOfFile, type FileKind as ByBytes } from '../../../assets/file-kind/file-kind.ts';
import { packetSpan } from '../../../assets/packet-span.ts';
import { BrokenPictureError, TooLargePictureError } from '../../../assets/pictures/picture.ts';
import { readPictureFile } from '../../../assets/pictures/read-picture.ts';
import { probeMedia, UnreadableMediaError } from '../../../assets/probe.ts';
import { ConnectionFailure } from '../client/connection-failure.ts';
import { kindOf } from './outputs.ts';

/** A body from `/view` as it lies on our disk. */
export interface Download {
  file: string;
  /** As ComfyUI names it. */
  filename: string;
  /** As declared; empty where nothing was. */
  contentType: string;
  /** Whether the answer told its length or its end: what is over when the connection is may be cut off. */
  isEndTold: boolean;
}

export interface Measures {
  width?: number;
  height?: number;
  durationSeconds?: number;
}

const thousandths = (seconds: number): number => Math.round(seconds * 1000) / 1000;

type MediaKind = 'image' | 'video' | 'audio';
const isMedia = (kind: string): kind is MediaKind => kind === 'image' || kind === 'video' || kind === 'audio';

const WORDS = { image: 'a picture', video: 'a film', audio: 'a sound' } as const;
const SORTS = { image: 'picture', video: 'film', audio: 'sound' } as const;

/** Text files that may well hold a page. */
const MAY_BE_PAGE = new Set(['', 'txt', 'md', 'xml', 'log', 'html', 'htm', 'xhtml']);
const PAGES = new Set(['html', 'htm', 'xhtml']);
/** Never text. */
const BINARY = new Set(['glb', 'safetensors', 'latent', 'ckpt', 'pt', 'pth', 'npy', 'npz', 'zip', 'exr', 'usdz']);
const DECLARED_PAGE = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i;
/** Of the picture, as preflight bears it. */
const LOST_SECONDS = 0.25;
const LOST_SHARE = 0.01;

/** Another thing came than ComfyUI has: a proxy's page, an error with status 200. To be asked for again, not to be made again. */
const instead = ({ filename }: Download, came: string, of: string): ConnectionFailure =>
  new ConnectionFailure('nonsense', `${came} came in place of ${of} (${filename})`);

/** What came is of no use and may lie so on ComfyUI's disk. */
const damaged = ({ filename }: Download, problem: string): ConnectionFailure =>
  new ConnectionFailure('damaged', `${filename} ${problem}`);

async function measurePicture(download: Download, found: ByBytes & { family: 'picture' }, signal: AbortSignal) {
  try {
    return await readPictureFile(download.file, found.format, signal);
  } catch (error) {
    if (!(error instanceof BrokenPictureError)) throw error;
    // Viewers draw an SVG that lacks much; nobody else need take a picture that is too large for films.
    if (found.format === 'svg' || error instanceof TooLargePictureError) return null;
    throw damaged(download, error.message);
  }
}

/** What a picture or one in its place is. An animation is as good as a film. */
async function judgePicture(
  download: Download,
  found: ByBytes & { family: 'picture' },
  named: MediaKind,
  signal: AbortSignal,
): Promise<Measures> {
  const picture = await measurePicture(download, found, signal);
  const isMoving = picture === null || picture.durationSeconds !== null;
  if (named === 'audio' || (named === 'video' && !isMoving))
    throw instead(download, `a ${found.format.toUpperCase()} picture`, WORDS[named]);
  if (picture === null) return {};
  const { width, height, durationSeconds } = picture;
  return {
    width,
    height,
    ...(named === 'video' && durationSeconds !== null && { durationSeconds: thousandths(durationSeconds) }),
  };
}

async function judgeFilmOrSound(
  download: Download,
  { demuxer }: ByBytes & { family: 'media' },
  named: MediaKind,
  signal: AbortSignal,
): Promise<Measures> {
  const { file } = download;
  const info = await probeMedia(file, signal, demuxer).catch((error: unknown) => {
    if (!(error instanceof UnreadableMediaError)) throw error;
    throw damaged(download, `is damaged or cut off: ${error.message}`);
  });
  const { video, audio } = info;
  if (video === null && audio === null) throw damaged(download, 'holds neither picture nor sound');
  const is = video === null ? 'audio' : 'video';
  if (is !== named) throw instead(download, WORDS[is], WORDS[named]);
  const duration = video?.durationSeconds ?? audio?.durationSeconds ?? info.durationSeconds;
  if (video !== null && duration !== null && !download.isEndTold) {
    const { videoSeconds } = await packetSpan(file, demuxer, signal);
    const least = duration - Math.max(LOST_SECONDS, duration * LOST_SHARE) + info.startSeconds;
    if ((videoSeconds ?? 0) < least) throw damaged(download, 'is cut off');
  }
  return {
    ...(video !== null && { width: video.width, height: video.height }),
    ...(duration !== null && { durationSeconds: thousandths(duration) }),
  };
}

async function judgeMedia(download: Download, named: MediaKind, signal: AbortSignal): Promise<Measures> {
  const found = await kindOfFile(download.file);
  switch (found.family) {
    case 'picture':
      return judgePicture(download, found, named, signal);
    case 'media':
      return judgeFilmOrSound(download, found, named, signal);
    case 'unusable':
      // Such as a TIFF or an EXR: as good as any, though nothing here reads it.
      if (found.sort === SORTS[named]) return {};
      throw instead(download, found.name, WORDS[named]);
    case 'text':
      throw instead(download, found.name, WORDS[named]);
    default:
      // The codestream of JPEG XL begins with two bytes that much else has.
      if (/\.jxl$/i.test(download.filename)) return {};
      throw damaged(download, `is no ${SORTS[named]}: its bytes are of no known kind`);
  }
}

/**
 * Looks into a file that came from ComfyUI: whether it can be what its name says, and its size and length. Another format of the same
 * kind is fine, such as a WebP named `.png`.
 * @throws {ConnectionFailure} `nonsense` for what ComfyUI never had, `damaged` for what is empty, cut off or broken; the signal's reason.
 */
export async function judgeFile(download: Download, bytes: number, signal: AbortSignal): Promise<Measures> {
  const { file, filename, contentType } = download;
  if (bytes === 0) throw damaged(download, 'is empty');
  const named = kindOf(filename);
  if (isMedia(named)) return judgeMedia(download, named, signal);
  const extension = path.extname(filename).slice(1).toLowerCase();
  const found = await kindOfFile(file);
  const isPage = found.family === 'text' && found.name === 'an HTML page';
  const isDeclared = DECLARED_PAGE.test(contentType) && !PAGES.has(extension);
  if (isPage && (isDeclared || !MAY_BE_PAGE.has(extension))) throw instead(download, found.name, 'a file');
  if (found.family === 'text' && BINARY.has(extension)) throw instead(download, found.name, 'a file');
  return {};
}
