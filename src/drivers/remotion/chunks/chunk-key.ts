import { createHash } from 'node:crypto';
import type { Picture } from '../../../film/film.ts';

/** The settings that determine the bytes of a chunk, in addition to its picture. */
export interface ChunkSettings {
  /** The key of the composition's bundle. */
  bundle: string;
  /** The version that the browser reports. */
  browser: string;
  /** The encoder's arguments. */
  encoder: readonly string[];
  jpegQuality: number;
  scale: number;
}

/** Raise this when the bytes of a chunk change although none of its ingredients does. */
const LAYOUT = 1;

/**
 * The part of the picture, with each file name replaced by the file's content; the subtitle style counts only if there
 * are subtitles.
 */
function ingredients(part: Picture, contentOf: (src: string) => string): unknown {
  const known = <T extends object>(one: T) => ('src' in one ? { ...one, src: contentOf(String(one.src)) } : one);
  return {
    ...part,
    clips: part.clips.map(known),
    watermark: part.watermark === null ? null : known(part.watermark),
    subtitleStyle: part.subtitles.length === 0 ? null : part.subtitleStyle,
  };
}

/**
 * The key of a chunk: a hash of everything that determines its pixels, and of nothing else.
 * @param part as made by `partOf`
 * @param contentOf returns a name for the content of a file, given its path in the picture.
 */
export function chunkKey(part: Picture, settings: ChunkSettings, contentOf: (src: string) => string): string {
  const everything = [LAYOUT, settings, ingredients(part, contentOf)];
  return createHash('sha256').update(JSON.stringify(everything)).digest('hex').slice(0, 40);
}
