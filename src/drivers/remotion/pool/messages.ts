import type { Picture } from '../../../film/film.ts';

/** The order to draw one chunk, for a child of the pool. */
export interface DrawOrder {
  /** Folder of the bundled composition. */
  bundle: string;
  /** Absolute; the picture's files are relative to it. */
  assetRoot: string;
  /** All of it is drawn. */
  picture: Picture;
  /** Encoded size in parts of the film's size. */
  scale: number;
  jpegQuality: number;
  /** `30/1` */
  rate: string;
  /** Arguments of ffmpeg between the pictures and the file. */
  encoder: readonly string[];
  /** Absolute. */
  outputFile: string;
}

/** A message of a child. `drawn` comes only with progress, so that its absence means something. */
export type ChildMessage =
  | { type: 'drawn'; frames: number }
  | { type: 'log'; line: string }
  /** `isSpent`: the child should draw no more, as its browser has closed. */
  | { type: 'done'; isSpent: boolean }
  | { type: 'failed'; message: string; stack: string };
