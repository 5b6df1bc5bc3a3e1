import type { Picture } from '../../../film/film.ts';

/** One chunk, as a child of the pool is told to draw it. */
export interface DrawOrder {
  /** Folder of the bundled composition. */
  bundle: string;
  /** Absolute; the picture's files are relative to it. */
  assetRoot: string;
  /** All of it is drawn. */
  picture: Picture;
  /** Of the drawn size. */
  scale: number;
  jpegQuality: number;
  /** `30/1` */
  rate: string;
  /** Arguments of ffmpeg between the pictures and the file. */
  encoder: readonly string[];
  /** Absolute. */
  outputFile: string;
}

/** What a child says. `drawn` only when it has moved, so that its absence means something. */
export type ChildMessage =
  | { type: 'drawn'; frames: number }
  | { type: 'log'; line: string }
  /** `isSpent`: something happened to it after which it should draw no more. */
  | { type: 'done'; isSpent: boolean }
  | { type: 'failed'; message: string; stack: string };
