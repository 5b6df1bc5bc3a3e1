import type { ClipStyle, Ducking, Fit, Motion, OutputSettings, SubtitleStyle, TextStyle, Transition } from './film.ts';

interface ClipBase {
  /** Absent: after the previous clip on its track. */
  startFrame?: number | undefined;
  /** Absent: determined when the media are known; see docs/timeline.md. */
  durationInFrames?: number | undefined;
  /** Its index in the request, if clips before it were left out. */
  sentAs?: number | undefined;
  /** The start and the length before rounding, in frames, if they are between two frames. */
  exactStart?: number | undefined;
  exactLength?: number | undefined;
  /** 0 is the bottom. Sounds have tracks of their own. */
  layer: number;
  style?: ClipStyle | undefined;
  motion?: Motion | undefined;
  transition?: Transition | undefined;
}

/** A clip that shows or plays a file. */
export interface FileClip extends ClipBase {
  kind: 'image' | 'video' | 'gif' | 'audio';
  /** Relative to ASSET_PATH. */
  src: string;
  /** Default `cover`. */
  fit?: Fit | undefined;
  /** In frames of the film, counted in the source at its own speed. */
  trimBefore?: number | undefined;
  trimAfter?: number | undefined;
  /** Default 1. */
  playbackRate?: number | undefined;
  /** Default: GIFs repeat, others do not. */
  loop?: boolean | undefined;
  /** 0–1; only for audible clips. */
  volume?: number | undefined;
  onError?: 'skip' | undefined;
}

export interface ColorClip extends ClipBase {
  kind: 'color';
  color: string;
  src?: undefined;
  volume?: undefined;
}

export interface TextClip extends ClipBase {
  kind: 'text';
  text: string;
  textStyle?: Partial<Omit<TextStyle, 'language'>> | undefined;
  src?: undefined;
  volume?: undefined;
}

/** One clip, normalised: every value has one name and one unit, and the kind is known. */
export type Clip = FileClip | ColorClip | TextClip;

/** A line or a word with its time in frames of the film; the end is exclusive. */
export interface Timed {
  text: string;
  startFrame: number;
  endFrame: number;
}

export interface Subtitle extends Timed {
  words?: Timed[] | undefined;
}

/** SRT or VTT, in a file under ASSET_PATH or as text. */
export type SubtitleSource = { src: string } | { content: string };

/** The watermark as a client sent it. Missing values get defaults in proportion to the frame. */
export interface WatermarkInput {
  src: string;
  position?: 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right' | 'center' | undefined;
  width?: number | undefined;
  margin?: number | undefined;
  opacity?: number | undefined;
}

/** Fields whose absence means the default. */
type Given<T> = { [K in keyof T]?: T[K] | undefined };

/**
 * The normalised timeline: the client's values, each under one name and in one unit, in plain JSON. Absent optional
 * fields mean the default, so that ten thousand subtitles stay small. `resolveFilm` makes a film from it when the media
 * are known.
 */
export interface Timeline {
  /** Even. */
  width: number;
  /** Even. */
  height: number;
  fps: number;
  /** `auto`: determined when the media are known. */
  durationInFrames: number | 'auto';
  /** Added after the last end that determines an `auto` length. Default 0. */
  tailFrames?: number | undefined;
  backgroundColor: string;
  clips: Clip[];
  subtitles: Subtitle[];
  /** In place of `subtitles`. */
  subtitleSource?: SubtitleSource | undefined;
  subtitleStyle?: Given<SubtitleStyle> | undefined;
  /** Narration; path relative to ASSET_PATH, or null. */
  audioSrc: string | null;
  audioVolume?: number | undefined;
  bgmSrc: string | null;
  bgmVolume: number;
  bgmLoop?: boolean | undefined;
  bgmFadeInFrames?: number | undefined;
  bgmFadeOutFrames?: number | undefined;
  ducking?: Ducking | undefined;
  watermark?: WatermarkInput | undefined;
  output?: Given<OutputSettings> | undefined;
  /** Warnings about accepted values that are probably unintended. */
  warnings?: string[] | undefined;
}
