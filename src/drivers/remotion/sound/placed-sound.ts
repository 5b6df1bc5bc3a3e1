import type { Sound, Soundtrack } from '../../../film/film.ts';
import { sampleAt } from './sample-clock.ts';

/** A sound of a film in samples: `from` and `to` of the film, `skip` and `loop` of the source as it is played. */
export interface PlacedSound {
  sound: Sound;
  from: number;
  /** Exclusive; not beyond the film's end. */
  to: number;
  /** Where it would end in a film long enough: its fade-out leads there. */
  end: number;
  skip: number;
  /** Null: played once. */
  loop: number | null;
}

/** The sounds of a film that can be heard, by when they begin. */
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
 * Samples after which a sound starts over; null: never.
 *
 * A clip's sound keeps to its picture, so it repeats after exactly its loop. Music has nothing to keep to: a loop that ends less than a
 * frame before the file does, or beyond it, is the whole file and repeats at its real length, without a gap and without losing the rest
 * of a bar. (MP3 files claim to be up to 50 ms longer than what they hold.)
 * @param available samples that the source has after `skip`
 * @param frame samples of a frame
 */
export function turnOf({ sound, loop }: PlacedSound, available: number, frame: number): number | null {
  if (loop === null) return null;
  const turn = sound.role === 'music' && loop > available - frame ? available : loop;
  // What has no length cannot be repeated.
  return turn > 0 ? turn : null;
}

/** Samples that follow each other in the source and in the film. */
export interface Stretch {
  /** In the film. */
  at: number;
  /** In the source as it is played, so `skip` included. */
  source: number;
  samples: number;
}

/** What of its source a sound plays in the film's samples `from` to `to`. */
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
