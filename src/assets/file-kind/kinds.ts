/** What a file is by its bytes. */
export type FileKind =
  | { family: 'picture'; format: PictureFormat }
  /** Film or sound. */
  | { family: 'media'; demuxer: Demuxer }
  /** Known by name, but nothing here can read it. */
  | { family: 'unusable'; name: string }
  /** Characters of UTF-8, whatever they mean. */
  | { family: 'text' }
  | { family: 'unknown' };

export type PictureFormat = 'png' | 'jpeg' | 'gif' | 'webp' | 'avif' | 'bmp' | 'ico' | 'svg';

/** ffmpeg's name of the only program part that is to open the file. */
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
export const unusable = (name: string): FileKind => ({ family: 'unusable', name });
export const UNKNOWN: FileKind = { family: 'unknown' };
