/**
 * A film: a client's timeline after every default, alias, unit and media length is resolved. The composition draws its
 * picture, and the mixer plays its soundtrack. They are independent, so a change of the music redraws nothing.
 *
 * All times are whole frames of the film, counted from its start. All sizes are pixels. All paths are real paths
 * relative to ASSET_PATH, which may be in the cache of converted media.
 */
export interface Film {
  picture: Picture;
  soundtrack: Soundtrack;
}

/** Everything that determines the look of a frame, and nothing else. */
export interface Picture {
  /** Even. */
  width: number;
  /** Even. */
  height: number;
  fps: number;
  durationInFrames: number;
  /** A CSS colour. */
  backgroundColor: string;
  /** In the order of painting: the bottom one first. */
  clips: PictureClip[];
  /** In the order of painting; several may be visible at the same time. */
  subtitles: PictureSubtitle[];
  subtitleStyle: SubtitleStyle;
  watermark: Watermark | null;
}

/** Pixels, or text such as `"50%"`; interpreted as in CSS. */
export type Length = number | string;

export type ObjectFit = 'cover' | 'contain' | 'fill' | 'none' | 'scale-down';

/** The place of a clip in the frame; absent values mean that the clip fills the frame. */
export interface ClipStyle {
  /** 1 is the clip's own size. */
  scale?: number | undefined;
  /** 0–1 */
  opacity?: number | undefined;
  top?: Length | undefined;
  left?: Length | undefined;
  width?: Length | undefined;
  height?: Length | undefined;
  /** Degrees, clockwise. */
  rotate?: number | undefined;
}

export interface Motion {
  type: 'zoom-in' | 'zoom-out' | 'pan-left' | 'pan-right' | 'pan-up' | 'pan-down';
  /** The distance as a share of the frame, more than 0: a zoom of 0.1 ends at 110 %. */
  amount: number;
}

/**
 * How a clip appears over the clips below it. `durationInFrames` counts from the clip's first frame. A cut is not a
 * transition.
 */
export interface Transition {
  type: 'fade' | 'slide' | 'wipe';
  /** The side from which the incoming clip comes or the wipe begins; without meaning for a fade. */
  from: 'left' | 'right' | 'top' | 'bottom';
  durationInFrames: number;
}

interface ClipBase {
  from: number;
  durationInFrames: number;
  /**
   * How long the clip stays, at unchanged speed, under the incoming next clip. 0 if the next clip has no transition.
   */
  holdFrames: number;
  style: ClipStyle;
  /** Lasts for `durationInFrames`; a held clip keeps the last position. */
  motion: Motion | null;
  transition: Transition | null;
}

/** A moving source. */
interface MovingSource {
  src: string;
  fit: Fit;
  /** Frames of the film that are skipped at the source's beginning, before `playbackRate`. */
  trimBefore: number;
  playbackRate: number;
  /**
   * The length of the repeated part, in frames of the film at `playbackRate`. Null: the source is played once, and then
   * its last picture stays.
   */
  loopFrames: number | null;
}

/** `contain-blur`: contained, in front of a blurred copy of itself that covers the box. */
export type Fit = ObjectFit | 'contain-blur';

export type PictureClip = ClipBase &
  (
    | { kind: 'image'; src: string; fit: Fit }
    | ({ kind: 'video'; /** The source has transparent parts. */ transparent: boolean } & MovingSource)
    | ({ kind: 'gif' } & MovingSource)
    | { kind: 'color'; /** A CSS colour. */ color: string }
    | { kind: 'text'; text: string; textStyle: TextStyle }
  );

/** Type on screen; sizes in pixels. */
export interface TextStyle {
  fontSize: number;
  color: string;
  /** Behind the text; null: none. */
  backgroundColor: string | null;
  /** Width 0: none. */
  strokeColor: string;
  strokeWidth: number;
  align: 'left' | 'center' | 'right';
  /** The language for line breaking and glyph shapes, determined from the whole film; null if it does not matter. */
  language: Language | null;
}

export type Language = 'zh' | 'ja' | 'ko';

export interface TimedWord {
  text: string;
  from: number;
  /** Exclusive. */
  to: number;
}

export interface PictureSubtitle {
  text: string;
  from: number;
  /** Exclusive. */
  to: number;
  /** Empty if the line is not highlighted word by word. */
  words: TimedWord[];
  language: Language | null;
}

export interface SubtitleStyle {
  /**
   * `plain`: outlined text without a highlighted word. `box`: text on a box. `highlight`: the spoken word in
   * `highlightColor`. `karaoke`: all words up to the spoken one in `highlightColor`.
   */
  style: 'plain' | 'box' | 'highlight' | 'karaoke';
  position: 'top' | 'center' | 'bottom';
  /** Safe margins in pixels. */
  marginX: number;
  marginY: number;
  /** Null: chosen for each line, so that it fits. */
  fontSize: number | null;
  color: string;
  highlightColor: string;
  strokeColor: string;
  /** Null: in proportion to the type. */
  strokeWidth: number | null;
  /** Of `box`. */
  boxColor: string;
}

/** A picture above everything, over the whole film. */
export interface Watermark {
  src: string;
  position: 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right' | 'center';
  /** Pixels; its height follows. */
  width: number;
  margin: number;
  /** 0–1 */
  opacity: number;
}

/** Everything that determines the sound, and nothing else. */
export interface Soundtrack {
  fps: number;
  durationInFrames: number;
  sounds: Sound[];
}

export interface Sound {
  src: string;
  /** Music with `ducking` becomes quieter under `speech`. */
  role: 'speech' | 'music' | 'clip';
  from: number;
  /** The longest time that it is heard; the source may end sooner. */
  durationInFrames: number;
  /** As in {@link MovingSource}. */
  trimBefore: number;
  playbackRate: number;
  /**
   * As in {@link MovingSource}, but may be a fraction. If the loop of music ends within a frame of the end of its file,
   * or after it, the music repeats at the file's real length, which is seldom a whole number of frames. A clip's sound
   * stays in sync with its picture.
   */
  loopFrames: number | null;
  /** 0–1 */
  volume: number;
  fadeInFrames: number;
  fadeOutFrames: number;
  ducking: Ducking | null;
}

export interface Ducking {
  /** Gain while someone speaks, 0–1, on top of the volume. */
  to: number;
  attackMs: number;
  releaseMs: number;
}

/** How the film is encoded. */
export interface OutputSettings {
  format: 'mp4' | 'mov' | 'webm' | 'gif';
  codec: 'h264' | 'h265' | 'vp8' | 'vp9' | 'gif';
  /** Null: the codec's default, see docs/rendering.md. */
  crf: number | null;
  preset: 'ultrafast' | 'superfast' | 'veryfast' | 'faster' | 'fast' | 'medium' | 'slow' | 'slower' | 'veryslow' | null;
  /** The factor of the drawn size: 0.5 draws the same film at half the width and height. */
  scale: number;
  /** The frame of the poster; null: none. */
  poster: number | null;
}
