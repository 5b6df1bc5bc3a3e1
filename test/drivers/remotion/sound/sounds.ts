import type { Sound } from '../../../../src/film/film.ts';
import type { Stereo } from '../../../../src/drivers/remotion/sound/stereo.ts';

/** A sound that is played from the film's start for 10 s at 30 fps as it is, with what the test changes. */
export const soundOf = (changes: Partial<Sound> = {}): Sound => ({
  src: 'sound.wav',
  role: 'clip',
  from: 0,
  durationInFrames: 300,
  trimBefore: 0,
  playbackRate: 1,
  loopFrames: null,
  volume: 1,
  fadeInFrames: 0,
  fadeOutFrames: 0,
  ducking: null,
  ...changes,
});

/** The same samples on both sides, in blocks of a given length. */
export async function* blocksOf(samples: Float32Array, block: number): AsyncGenerator<Stereo> {
  for (let at = 0; at < samples.length; at += block) {
    const part = samples.slice(at, at + block);
    yield { left: part, right: part.slice() };
  }
}

/** All left samples of a stream, and what it returned. */
export async function collect<T>(blocks: AsyncGenerator<Stereo, T>): Promise<{ left: number[]; returned: T }> {
  const left: number[] = [];
  for (;;) {
    const { done, value } = await blocks.next();
    if (done === true) return { left, returned: value };
    left.push(...value.left);
  }
}
