import { createHash } from 'node:crypto';
import type { Picture } from '../../../film/film.ts';

/** What else than the picture determines the bytes of a chunk. */
export interface ChunkSettings {
  /** Of the composition's bundle. */
  bundle: string;
  /** What the browser says of itself. */
  browser: string;
  /** The encoder's arguments. */
  encoder: readonly string[];
  jpegQuality: number;
  scale: number;
}

/** Raised when what a chunk consists of changes although none of its ingredients does. */
const LAYOUT = 1;

/** The watermark and the clips with the content of each file in the place of its name; a style that styles nothing does not count. */
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
 * The name of a chunk: a hash of everything that determines its pixels, and of nothing else.
 * @param part as made by `partOf`
 * @param contentOf names the content of a file by its path in the picture.
 */
export function chunkKey(part: Picture, settings: ChunkSettings, contentOf: (src: string) => string): string {
  const everything = [LAYOUT, settings, ingredients(part, contentOf)];
  return createHash('sha256').update(JSON.stringify(everything)).digest('hex').slice(0, 40);
}
