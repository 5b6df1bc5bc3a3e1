import type { Demuxer, FileKind, PictureFormat } from './kinds.ts';

export const PICTURE_TYPES: Readonly<Record<PictureFormat, string>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  ico: 'image/x-icon',
  svg: 'image/svg+xml',
};

const MEDIA: Partial<Record<Demuxer, string>> = { mov: 'video/mp4', matroska: 'video/webm' };

/** The content type of a file, for a browser. */
export function contentTypeOf(kind: FileKind): string {
  const known =
    kind.family === 'picture' ? PICTURE_TYPES[kind.format] : kind.family === 'media' ? MEDIA[kind.demuxer] : undefined;
  return known ?? 'application/octet-stream';
}
