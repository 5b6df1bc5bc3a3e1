import type { OutputSettings } from '../../film/film.ts';

type Codec = OutputSettings['codec'];

/** What each format may hold, its default first. */
export const CODECS: Record<OutputSettings['format'], readonly [Codec, ...Codec[]]> = {
  mp4: ['h264', 'h265'],
  mov: ['h264', 'h265'],
  webm: ['vp8', 'vp9'],
  gif: ['gif'],
};
