import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = new URL('films/', import.meta.url);

export interface GoldenFilm {
  name: string;
  /** As a client sends it. */
  timeline: Record<string, unknown>;
}

/** The golden films, which together use all of the timeline's language. */
export const GOLDEN_FILMS: readonly GoldenFilm[] = readdirSync(FOLDER)
  .toSorted()
  .map((file) => ({
    name: path.parse(file).name,
    timeline: JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Record<string, unknown>,
  }));
