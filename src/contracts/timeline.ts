import { z } from 'zod';
import { isColour } from './colour.ts';
import { list, number, optional } from './fields.ts';

/** Clip types as clients name them. The older names say what a clip is for; the file's extension says what it is. */
const CLIP_TYPES = ['image', 'video', 'audio', 'avatar', 'wan_video', 'b_roll', 'product_vfx'] as const;
export const MOST_CLIPS = 10_000;
const MOST_SUBTITLES = 10_000;
/** Of one subtitle. */
const MOST_WORDS = 1000;
const COLOUR = 'expected a CSS colour, such as "#16324f", "navy" or "rgb(22 50 79)"';
const IMAGE_EXTENSIONS = /\.(png|jpe?g|webp|gif|avif|bmp|svg)$/i;

const frame = number(z.int('expected a whole number of frames').min(0, 'expected a frame of 0 or later'));
const frames = number(z.int('expected a whole number of frames').min(1, 'expected at least 1 frame'));
const volume = number(
  z.number('expected a number from 0 to 1').min(0, 'expected 0 or more').max(1, 'expected at most 1'),
);
/** H.264 as every player knows it has even sizes only: an odd one loses a pixel. */
const pixels = number(
  z.int('expected a whole number of pixels').min(2, 'expected at least 2').max(7680, 'expected at most 7680'),
).transform((value) => value - (value % 2));
const assetPath = z.string('expected the path of a file under ASSET_PATH').trim().min(1, 'expected the path of a file');
/** As CSS has it; a bare number in a string is a number of pixels, too. */
const length = z
  .union(
    [z.number(), z.string().regex(/^-?\d+(\.\d+)?(px|%)?$/)],
    'expected pixels as a number, or a string such as "120px" or "50%"',
  )
  .transform((value) => (Number.isNaN(Number(value)) ? value : Number(value)));

const style = z.object({
  scale: optional(number(z.number('expected a number').positive('expected more than 0'))),
  opacity: optional(volume),
  top: optional(length),
  left: optional(length),
  width: optional(length),
  height: optional(length),
  objectFit: optional(z.enum(['cover', 'contain', 'fill', 'none', 'scale-down'])),
});
export type ClipStyle = z.infer<typeof style>;

const motion = z.enum(['zoom-in', 'zoom-out']);

const clip = z
  .object({
    type: z.enum(CLIP_TYPES, `expected one of ${CLIP_TYPES.join(', ')}`),
    src: assetPath,
    startFrame: optional(frame),
    durationInFrames: optional(frames),
    durationFrames: optional(frames),
    layer: optional(number(z.int('expected a whole number'))),
    volume: optional(volume),
    style: optional(style),
    motion: optional(motion),
  })
  .superRefine((value, context) => {
    const { durationFrames: short, durationInFrames: long } = value;
    if (short !== undefined && long !== undefined && short !== long)
      context.addIssue({
        code: 'custom',
        path: ['durationFrames'],
        message: 'durationFrames and durationInFrames disagree; give one of them',
      });
  });

const word = z.object({ text: z.string(), startFrame: frame, endFrame: frame });

const subtitle = z
  .object({
    text: z.string('expected text'),
    startFrame: frame,
    endFrame: frame,
    words: optional(list(word, MOST_WORDS, 'expected a list of words')),
  })
  .superRefine((value, context) => {
    if (value.endFrame <= value.startFrame)
      context.addIssue({ code: 'custom', path: ['endFrame'], message: 'expected a frame after startFrame' });
  });

/** One clip, normalised: every field present, its kind settled, frames from the start of the film. */
export interface Clip {
  kind: 'image' | 'video' | 'audio';
  /** Path relative to ASSET_PATH. */
  src: string;
  startFrame: number;
  durationInFrames: number;
  /** 0 is the bottom. */
  layer: number;
  /** 0–1 */
  volume: number;
  style: ClipStyle;
  motion: z.infer<typeof motion> | null;
}

export type Subtitle = z.infer<typeof subtitle>;

/** The timeline, normalised: what the composition draws. All times in frames, all sizes in pixels. */
export interface Timeline {
  width: number;
  height: number;
  fps: number;
  durationInFrames: number;
  backgroundColor: string;
  clips: Clip[];
  subtitles: Subtitle[];
  /** Path relative to ASSET_PATH, or null. */
  audioSrc: string | null;
  bgmSrc: string | null;
  bgmVolume: number;
}

const received = z.object({
  width: optional(pixels),
  height: optional(pixels),
  fps: optional(number(z.number('expected a number').min(1, 'expected at least 1').max(120, 'expected at most 120'))),
  durationInFrames: optional(frames),
  backgroundColor: optional(z.string(COLOUR).trim().refine(isColour, COLOUR)),
  clips: optional(list(clip, MOST_CLIPS, 'expected a list of clips')),
  subtitles: optional(list(subtitle, MOST_SUBTITLES, 'expected a list of subtitles')),
  audioSrc: optional(assetPath),
  bgmSrc: optional(assetPath),
  bgmVolume: optional(volume),
});
type Received = z.infer<typeof received>;

/** When nothing says how long the film is, it ends with its last clip or subtitle. Undefined when neither says. */
function derivedDuration(timeline: Received): number | undefined {
  const clipEnds = (timeline.clips ?? []).map((c) => {
    const own = c.durationInFrames ?? c.durationFrames;
    return own === undefined ? 0 : (c.startFrame ?? 0) + own;
  });
  const end = Math.max(0, ...clipEnds, ...(timeline.subtitles ?? []).map((s) => s.endFrame));
  return end > 0 ? end : undefined;
}

function normaliseClip(clipReceived: z.infer<typeof clip>, filmFrames: number): Clip {
  const { type, src, startFrame = 0, layer = 0 } = clipReceived;
  const kind = type === 'audio' ? 'audio' : type === 'image' || IMAGE_EXTENSIONS.test(src) ? 'image' : 'video';
  return {
    kind,
    src,
    startFrame,
    durationInFrames:
      clipReceived.durationInFrames ?? clipReceived.durationFrames ?? Math.max(1, filmFrames - startFrame),
    layer,
    // Clips above the bottom one stay silent unless asked, so that they do not talk over the narration.
    volume: clipReceived.volume ?? (kind === 'video' && layer > 0 ? 0 : 1),
    style: clipReceived.style ?? {},
    motion: clipReceived.motion ?? null,
  };
}

/** The documented timeline as clients send it, turned into a {@link Timeline}. */
export const timelineSchema = received.transform((timeline, context): Timeline => {
  const durationInFrames = timeline.durationInFrames ?? derivedDuration(timeline);
  if (durationInFrames === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['durationInFrames'],
      message: 'expected the length of the film in frames, or clips or subtitles that end somewhere',
    });
    return z.NEVER;
  }
  return {
    width: timeline.width ?? 1080,
    height: timeline.height ?? 1920,
    fps: timeline.fps ?? 30,
    durationInFrames,
    backgroundColor: timeline.backgroundColor ?? '#000000',
    clips: (timeline.clips ?? []).map((c) => normaliseClip(c, durationInFrames)),
    subtitles: timeline.subtitles ?? [],
    audioSrc: timeline.audioSrc ?? null,
    bgmSrc: timeline.bgmSrc ?? null,
    bgmVolume: timeline.bgmVolume ?? 0.1,
  };
});
