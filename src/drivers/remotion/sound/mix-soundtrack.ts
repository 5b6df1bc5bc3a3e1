import type { Soundtrack } from '../../../film/film.ts';

export interface MixOptions {
  /** What the sources' paths are relative to. */
  assetRoot: string;
  /** Private to this mix; exists. The result is put there, and nothing else is left. */
  folder: string;
  /** `opus` for webm. */
  format: 'aac' | 'opus';
  signal: AbortSignal;
  /** 0–1 */
  onProgress?: (fraction: number) => void;
}

export interface MixedSound {
  /** Absolute path of a file with one stereo track of 48 kHz, ready for `joinFilm`. */
  file: string;
  /** For the result's `warnings`, such as that the sum was too loud and was turned down. */
  warnings: string[];
}

/**
 * Mixes a film's sounds into one encoded track as long as its picture; a film without sounds gets silence, since players and
 * joiners expect a track. The same input gives the same bytes.
 * @throws {AppError} `render_rejected` naming a source that is no sound; `asset_missing`; `render_failed`. The signal's reason.
 */
export function mixSoundtrack(_soundtrack: Soundtrack, _options: MixOptions): Promise<MixedSound> {
  throw new Error('not yet');
}
