import type { Picture } from '../../../film/film.ts';

/** The order to draw one chunk, for a child of the pool. */
export interface DrawOrder {
  /** Folder of the bundled composition. */
  bundle: string;
  /** Absolute; the picture's files are relative to it. */
  assetRoot: string;
  /** The whole picture is drawn. */
  picture: Picture;
  /** The encoded size as a factor of the film's size. */
  scale: number;
  jpegQuality: number;
  /** `30/1` */
  rate: string;
  /** The arguments of ffmpeg between the pictures and the output file. */
  encoder: readonly string[];
  /** Absolute. */
  outputFile: string;
}

/** A message of a child. `drawn` is sent only after progress, so that silence shows a hanging child. */
export type ChildMessage =
  | { type: 'drawn'; frames: number }
  | { type: 'log'; line: string }
  /** `isSpent`: the child must not draw again, because its browser has closed. */
  | { type: 'done'; isSpent: boolean }
  | { type: 'failed'; message: string; stack: string };
