import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Soundtrack } from '../../../film/film.ts';
import { eachAtOnce } from '../each-at-once.ts';
import { decodeSource, sourceKey, wantedSources, type WantedSource } from './decode-sources.ts';
import { createBlockReader, type DecodedSource } from './decoded-source.ts';
import { spokenParts } from './ducking.ts';
import { encodeSound, soundFileName, type SoundFormat } from './encode-sound.ts';
import { limited } from './limiter.ts';
import { mixSounds, type Mix } from './mix-sounds.ts';
import { placeSounds } from './placed-sound.ts';
import { sampleAt } from './sample-clock.ts';
import { speechLevels } from './speech-levels.ts';
import type { Stereo } from './stereo.ts';

export interface MixOptions {
  /** The folder to which the paths of the sources are relative. */
  assetRoot: string;
  /** Exists and is private to this mix. The result is written there; leftovers of a failed mix are useless. */
  folder: string;
  /** As `FfmpegOptions`. */
  mark: string;
  /** `opus` for webm. */
  format: SoundFormat;
  signal: AbortSignal;
  /** 0–1 */
  onProgress?: (fraction: number) => void;
}

export interface MixedSound {
  /** Absolute path of a file with one stereo track of 48 kHz, ready for `joinFilm`. */
  file: string;
  /** For the result's `warnings`. */
  warnings: string[];
}

/** The share of decoding in the progress. */
const DECODING = 0.5;
/** A smaller reduction causes no warning. */
const AUDIBLE_DB = 1;

/** Decodes every wanted source, as many at the same time as there are cores. */
async function decodeAll(
  wanted: ReadonlyMap<string, WantedSource>,
  { assetRoot, folder, mark, signal, onProgress }: MixOptions,
) {
  const decoded = new Map<string, DecodedSource>();
  let done = 0;
  const decode = async ([index, [key, source]]: [number, [string, WantedSource]], until: AbortSignal) => {
    const file = path.join(folder, `source-${index}.wav`);
    const found = await decodeSource(source, { assetRoot, file, mark, signal: until });
    if (found !== null) decoded.set(key, found);
    onProgress?.((++done / wanted.size) * DECODING);
  };
  await eachAtOnce([...[...wanted].entries()], availableParallelism(), decode, signal);
  return decoded;
}

async function* reporting(blocks: AsyncIterable<Stereo>, samples: number, report: (fraction: number) => void) {
  let mixed = 0;
  for await (const block of blocks) {
    mixed += block.left.length;
    report(mixed / samples);
    yield block;
  }
}

/** The parts with speech; empty if no sound is ducked. */
async function spokenIn(mix: Mix): Promise<Mix['spoken']> {
  const speech = mix.sounds.filter(({ placed }) => placed.sound.role === 'speech');
  if (speech.length === 0 || mix.sounds.every(({ placed }) => placed.sound.ducking === null)) return [];
  return spokenParts(await speechLevels(mixSounds({ ...mix, sounds: speech }), mix.samples));
}

/**
 * Mixes a film's sounds into one encoded track exactly as long as its picture. A film without sounds gets silence,
 * because players and joiners expect a track. A source that ends early, or has no sound, is silent from there on. The
 * same input gives the same bytes.
 * @throws {AppError} `render_rejected` naming a source that is not media; `asset_missing`; `disk_full`;
 * `render_failed`. The signal's reason.
 */
export async function mixSoundtrack(soundtrack: Soundtrack, options: MixOptions): Promise<MixedSound> {
  const { fps, durationInFrames } = soundtrack;
  const { folder, mark, format, signal, onProgress } = options;
  const samples = sampleAt(durationInFrames, fps);
  const placed = placeSounds(soundtrack);
  const decoded = await decodeAll(wantedSources(placed, sampleAt(1, fps)), options);
  const sounds = placed.flatMap((sound) => {
    const source = decoded.get(sourceKey(sound.sound));
    return source === undefined ? [] : [{ placed: sound, source }];
  });
  const unducked: Mix = { fps, samples, sounds, spoken: [], readBlock: createBlockReader() };
  const mix = { ...unducked, spoken: await spokenIn(unducked) };
  signal.throwIfAborted();

  const file = path.join(path.resolve(folder), soundFileName(format));
  const report = (fraction: number) => onProgress?.(DECODING + (1 - DECODING) * fraction);
  let lowest = 1;
  const limiting = async function* () {
    lowest = yield* limited(reporting(mixSounds(mix), samples, report));
  };
  await encodeSound(limiting(), { file, format, mark, signal });
  await Promise.all([...decoded.values()].map((source) => rm(source.file)));

  const loweredDb = -20 * Math.log10(lowest);
  const warnings =
    loweredDb < AUDIBLE_DB
      ? []
      : [
          `The sounds together are louder than full scale; the loudest places were turned down by up to ${loweredDb.toFixed(1)} dB`,
        ];
  return { file, warnings };
}
