import type { OutputSettings } from './film.ts';

type Codec = OutputSettings['codec'];

/** The codecs of each format, its default first. */
export const CODECS: Record<OutputSettings['format'], readonly [Codec, ...Codec[]]> = {
  mp4: ['h264', 'h265'],
  mov: ['h264', 'h265'],
  webm: ['vp8', 'vp9'],
  gif: ['gif'],
};

/** The presets of the encoders of H.264 and H.265, fastest first. */
export const PRESETS = [
  'ultrafast',
  'superfast',
  'veryfast',
  'faster',
  'fast',
  'medium',
  'slow',
  'slower',
  'veryslow',
] as const;
