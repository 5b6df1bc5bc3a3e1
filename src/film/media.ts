/** A place in a timeline that names a media file. */
export interface MediaUse {
  /** Path of the field in the timeline, such as `clips[3].src`. */
  field: string;
  /** Relative to ASSET_PATH. */
  src: string;
  as: 'image' | 'gif' | 'video' | 'audio';
  /** The clip has `onError: "skip"`: without this file, the film is made without the clip. */
  skippable: boolean;
}

/** The findings of preflight about one file in one use. */
export interface MediaFacts {
  /** The file that is drawn or played: the original, or its conversion. Relative to ASSET_PATH. */
  src: string;
  /** SHA-256 of the original's content. Files with the same hash are the same picture or sound. */
  content: string;
  /** As shown, after rotation. 0 without a picture. */
  width: number;
  height: number;
  /** The length of the moving picture or the sound; null for a still picture. */
  durationSeconds: number | null;
  hasAudio: boolean;
  /** Has transparent parts. */
  transparent: boolean;
}

/** The facts about each use of a file, by {@link mediaKey}. An absent use is left out of the film, with a warning. */
export type Media = ReadonlyMap<string, MediaFacts>;

export const mediaKey = ({ src, as }: Pick<MediaUse, 'src' | 'as'>): string => `${as}:${src}`;
