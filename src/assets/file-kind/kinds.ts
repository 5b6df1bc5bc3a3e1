/** The kind of a file, from its bytes. */
export type FileKind =
  | { family: 'picture'; format: PictureFormat }
  /** Film or sound. */
  | { family: 'media'; demuxer: Demuxer }
  /** A known kind that no part of the middleware can read. */
  | { family: 'unusable'; name: string; sort: Sort }
  /** Characters of UTF-8, whatever they mean, or a page of HTML in any encoding. */
  | { family: 'text'; name: 'an HTML page' | 'JSON' | 'text' }
  | { family: 'unknown' };

/** The use of a file for people. */
export type Sort = 'picture' | 'film' | 'sound' | 'other';

export type PictureFormat = 'png' | 'jpeg' | 'gif' | 'webp' | 'avif' | 'bmp' | 'ico' | 'svg';

/** ffmpeg's name of the only demuxer that may open the file. */
export type Demuxer =
  | 'mov'
  | 'matroska'
  | 'avi'
  | 'mpegts'
  | 'ogg'
  | 'flv'
  | 'wav'
  | 'flac'
  | 'mp3'
  | 'aac'
  | 'ac3'
  | 'eac3'
  | 'caf';

export const picture = (format: PictureFormat): FileKind => ({ family: 'picture', format });
export const media = (demuxer: Demuxer): FileKind => ({ family: 'media', demuxer });
export const unusable = (name: string, sort: Sort = 'other'): FileKind => ({ family: 'unusable', name, sort });
export const UNKNOWN: FileKind = { family: 'unknown' };
