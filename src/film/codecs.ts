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

/**
 * The quality setting of ffmpeg's encoders; lower is better. For each codec, the default (which looks about the same
 * for all codecs) and the allowed range. H.264 also accepts 0, but that is lossless, in a profile that hardly any
 * player supports. A GIF has no such setting.
 */
export const CRF: Record<Exclude<Codec, 'gif'>, { default: number; least: number; most: number }> = {
  h264: { default: 18, least: 1, most: 51 },
  h265: { default: 23, least: 0, most: 51 },
  vp8: { default: 9, least: 4, most: 63 },
  vp9: { default: 28, least: 0, most: 63 },
};
