import { contentHash } from '../../../assets/content-hash.ts';
import { kindOfFile, type Demuxer, type PictureFormat } from '../../../assets/file-kind/file-kind.ts';
import { packetSpan } from '../../../assets/packet-span.ts';
import { BrokenPictureError, type PictureFile } from '../../../assets/pictures/picture.ts';
import { readPictureFile } from '../../../assets/pictures/read-picture.ts';
import { probeMedia, UnreadableMediaError, type MediaInfo } from '../../../assets/probe.ts';

/** The kind and properties of a file, independent of its use. */
export type MediaInspection =
  | { is: 'picture'; content: string; format: PictureFormat; picture: PictureFile }
  /** `videoSeconds` and `audioSeconds`: the ends of the picture and the sound. */
  | { is: 'media'; content: string; demuxer: Demuxer; info: MediaInfo; videoSeconds: number; audioSeconds: number }
  /** The file cannot be used; `problem` continues "it". */
  | { is: 'bad'; problem: string };

/** A file that is shorter than its header claims is incomplete. Smaller differences than this count as rounding. */
const TOLERANCE_SECONDS = 0.25;
const TOLERANCE_SHARE = 0.01;

const toleranceOf = (seconds: number): number => Math.max(TOLERANCE_SECONDS, seconds * TOLERANCE_SHARE);

const KEEPS_START: ReadonlySet<Demuxer> = new Set(['mov', 'matroska']);

/**
 * The length of picture and sound that the file itself declares. If it declares only a total length, this may be the
 * length of its subtitles, which may last longer: if the subtitles are complete, so is the file.
 */
function claimedSeconds({ durationSeconds, video, audio }: MediaInfo, end: number, last: number): number {
  const whole = durationSeconds ?? 0;
  const told = [video, audio].flatMap((stream) => (stream === null ? [] : [stream.durationSeconds]));
  if (told.every((seconds) => seconds !== null)) return Math.min(whole, Math.max(...told));
  return whole - last > toleranceOf(whole) ? whole : Math.min(whole, end);
}

const bad = (problem: string): MediaInspection => ({ is: 'bad', problem });

async function inspectMedia(
  file: string,
  content: string,
  demuxer: Demuxer,
  signal: AbortSignal,
): Promise<MediaInspection> {
  try {
    const info = await probeMedia(file, signal, demuxer);
    const span = await packetSpan(file, demuxer, signal);
    const { startSeconds } = info;
    // In Remotion, the time line of these containers begins at 0 and includes a late start; in ffmpeg it begins with
    // the file.
    const videoSeconds = (span.videoSeconds ?? 0) - (KEEPS_START.has(demuxer) ? 0 : startSeconds);
    const audioSeconds = (span.audioSeconds ?? startSeconds) - startSeconds;
    const end = Math.max(span.videoSeconds ?? startSeconds, span.audioSeconds ?? startSeconds) - startSeconds;
    if (end <= 0) return bad('contains neither a picture nor sound');
    const last = (span.lastSeconds ?? startSeconds) - startSeconds;
    const claimed = claimedSeconds(info, end, last);
    // For sound without an index, the length is a guess of ffprobe, not declared by the file.
    if (info.video !== null && claimed - end > toleranceOf(claimed))
      return bad(`is cut off: it contains ${end.toFixed(1)} s of ${claimed.toFixed(1)} s`);
    return { content, is: 'media', demuxer, info, videoSeconds, audioSeconds };
  } catch (error) {
    if (!(error instanceof UnreadableMediaError)) throw error;
    return bad(`cannot be read as media: ${error.message}`);
  }
}

/**
 * Determines everything that preflight needs to know about a file. Reads the file twice completely, and opens nothing
 * else.
 */
export async function inspect(file: string, signal: AbortSignal): Promise<MediaInspection> {
  const kind = await kindOfFile(file);
  if (kind.family === 'unusable') return bad(`is ${kind.name}, which cannot be used`);
  if (kind.family === 'text') return bad(`is ${kind.name}, not a picture, film or sound`);
  if (kind.family === 'unknown') return bad('is not a known kind of picture, film or sound');
  if (kind.family === 'media') return inspectMedia(file, await contentHash(file, signal), kind.demuxer, signal);
  const { format } = kind;
  try {
    const picture = await readPictureFile(file, format, signal);
    return { content: await contentHash(file, signal), is: 'picture', format, picture };
  } catch (error) {
    if (!(error instanceof BrokenPictureError)) throw error;
    return bad(error.message);
  }
}
