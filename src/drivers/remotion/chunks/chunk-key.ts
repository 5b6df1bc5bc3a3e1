import { createHash } from 'node:crypto';
import type { Picture } from '../../../film/film.ts';

/** What determines the bytes of a chunk, apart from its picture. */
export interface ChunkSettings {
  /** The key of the composition's bundle. */
  bundle: string;
  /** What the browser says of itself. */
  browser: string;
  /** The encoder's arguments. */
  encoder: readonly string[];
  jpegQuality: number;
  scale: number;
}

/** To be raised when the bytes of a chunk change although none of its ingredients does. */
const LAYOUT = 1;

/** The part, with the content of each file in place of its name; the style of subtitles counts only where there are some. */
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
 * @param contentOf names the content of a file by its path in the picture.
 */
export function chunkKey(part: Picture, settings: ChunkSettings, contentOf: (src: string) => string): string {
  const everything = [LAYOUT, settings, ingredients(part, contentOf)];
  return createHash('sha256').update(JSON.stringify(everything)).digest('hex').slice(0, 40);
}
