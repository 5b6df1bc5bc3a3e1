import { BLOCK_SAMPLES, type DecodedSource, type ReadBlock } from './decoded-source.ts';
import { duck, type Spoken } from './ducking.ts';
import { fillGain } from './gain.ts';
import { stretchesOf, turnOf, type PlacedSound, type Stretch } from './placed-sound.ts';
import { SAMPLE_RATE, sampleAt } from './sample-clock.ts';
import { silence, type Stereo } from './stereo.ts';

/** The number of samples that are mixed at once: a second. */
const BLOCK = SAMPLE_RATE;

/** A sound and its decoded source. */
export interface PlayedSound {
  placed: PlacedSound;
  source: DecodedSource;
}

export interface Mix {
  fps: number;
  /** Length of the film in samples. */
  samples: number;
  /** Sorted by their start. */
  sounds: readonly PlayedSound[];
  spoken: readonly Spoken[];
  readBlock: ReadBlock;
}

async function addStretch(
  { left, right }: Stereo,
  gain: Float32Array,
  { at, source: start, samples }: Stretch,
  { source, readBlock }: { source: DecodedSource; readBlock: ReadBlock },
): Promise<void> {
  const end = Math.min(start + samples, source.to) - source.from;
  for (let read = start - source.from; read < end;) {
    const index = Math.floor(read / BLOCK_SAMPLES);
    const [fromLeft, fromRight] = await readBlock(source, index);
    const stop = Math.min(end, (index + 1) * BLOCK_SAMPLES);
    for (let to = at + read - (start - source.from); read < stop; read++, to++) {
      const volume = gain[to] ?? 0;
      left[to] = (left[to] ?? 0) + (fromLeft[read - index * BLOCK_SAMPLES] ?? 0) * volume;
      right[to] = (right[to] ?? 0) + (fromRight[read - index * BLOCK_SAMPLES] ?? 0) * volume;
    }
  }
}

/**
 * Yields the sum of a film's sounds, one second at a time, not yet limited. For each second it reads only the sounds in
 * it, and keeps no other second in memory.
 */
export async function* mixSounds({ fps, samples, sounds, spoken, readBlock }: Mix): AsyncGenerator<Stereo> {
  const frame = sampleAt(1, fps);
  const gain = new Float32Array(BLOCK);
  let playing: PlayedSound[] = [];
  let next = 0;
  for (let start = 0; start < samples; start += BLOCK) {
    const end = Math.min(start + BLOCK, samples);
    for (let sound = sounds[next]; sound !== undefined && sound.placed.from < end; sound = sounds[next]) {
      playing.push(sound);
      next++;
    }
    playing = playing.filter(({ placed }) => placed.to > start);
    const block = silence(end - start);
    for (const { placed, source } of playing) {
      const { ducking } = placed.sound;
      fillGain(gain, placed, start, fps);
      if (ducking !== null) duck(gain, spoken, ducking, start);
      const turn = turnOf(placed, source.to - placed.skip, frame);
      for (const stretch of stretchesOf(placed, turn, start, end))
        await addStretch(block, gain, { ...stretch, at: stretch.at - start }, { source, readBlock });
    }
    yield block;
  }
}
