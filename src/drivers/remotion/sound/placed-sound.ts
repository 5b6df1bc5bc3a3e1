import type { Sound, Soundtrack } from '../../../film/film.ts';
import { sampleAt } from './sample-clock.ts';

/**
 * A sound of a film in samples: `from` and `to` are samples of the film, `skip` and `loop` of the source at its
 * playback rate.
 */
export interface PlacedSound {
  sound: Sound;
  from: number;
  /** Exclusive; at most the end of the film. */
  to: number;
  /** Its end in a film of sufficient length; its fade-out ends there. */
  end: number;
  skip: number;
  /** Null: played once. */
  loop: number | null;
}

/** The audible sounds of a film, sorted by their start. */
export function placeSounds({ fps, durationInFrames, sounds }: Soundtrack): PlacedSound[] {
  const filmEnd = sampleAt(durationInFrames, fps);
  return sounds
    .map((sound) => {
      const end = sampleAt(sound.from + sound.durationInFrames, fps);
      return {
        sound,
        from: sampleAt(sound.from, fps),
        to: Math.min(end, filmEnd),
        end,
        skip: sampleAt(sound.trimBefore / sound.playbackRate, fps),
        loop: sound.loopFrames === null ? null : sampleAt(sound.loopFrames, fps),
      };
    })
    .filter(({ sound, from, to }) => sound.volume > 0 && from < to)
    .toSorted((a, b) => a.from - b.from);
}

/**
 * The number of samples after which a sound starts again; null if it does not.
 *
 * The sound of a clip stays in sync with its picture, so it repeats after exactly its loop. Music need not stay in
 * sync: a loop that ends less than a frame before the end of the file, or after it, is the whole file and repeats at
 * its real length, without a gap and without losing the rest of a bar. (MP3 files may declare up to 50 ms more than
 * they contain.)
 * @param available samples that the source has after `skip`
 * @param frame samples of a frame
 */
export function turnOf({ sound, loop }: PlacedSound, available: number, frame: number): number | null {
  if (loop === null) return null;
  const turn = sound.role === 'music' && loop > available - frame ? available : loop;
  // A sound without length cannot be repeated.
  return turn > 0 ? turn : null;
}

/** Samples that are consecutive in the source and in the film. */
export interface Stretch {
  /** In the film. */
  at: number;
  /** In the source at its playback rate, including `skip`. */
  source: number;
  samples: number;
}

/** The stretches of its source that a sound plays in the film's samples `from` to `to`. */
export function* stretchesOf(placed: PlacedSound, turn: number | null, from: number, to: number): Generator<Stretch> {
  const end = Math.min(to, placed.to);
  for (let at = Math.max(from, placed.from); at < end;) {
    const played = at - placed.from;
    const offset = turn === null ? played : played % turn;
    const samples = turn === null ? end - at : Math.min(end - at, turn - offset);
    yield { at, source: placed.skip + offset, samples };
    at += samples;
  }
}
