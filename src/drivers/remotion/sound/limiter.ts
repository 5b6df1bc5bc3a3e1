import { SAMPLE_RATE } from './sample-clock.ts';
import { silence, type Stereo } from './stereo.ts';

/** How far ahead it looks, and how long it takes to turn down: 5 ms. */
const AHEAD = SAMPLE_RATE / 200;
/** Output comes this many samples after its input. */
const DELAY = AHEAD - 1;
/** Share of the way back that it goes with each sample: a time constant of 80 ms. */
const RECOVERY = 1 - Math.exp(-1 / (0.08 * SAMPLE_RATE));
/** Closer to no change than this, it rests. */
const REST = 1e-5;

interface Limiter {
  process(block: Stereo): Stereo;
  /** Lowest gain so far. */
  lowest(): number;
}

/** A look-ahead peak limiter: the lowest gain that anything in sight needs, averaged over what is in sight. */
function createLimiter(): Limiter {
  const [left, right] = [new Float32Array(AHEAD), new Float32Array(AHEAD)];
  const needs = new Float64Array(AHEAD).fill(1);
  const gains = new Float64Array(AHEAD).fill(1);
  let now = 0;
  let need = 1;
  let neededAt = 0;
  let gain = 1;
  let sum = AHEAD;
  let restsFrom = 0;
  let lowest = 1;

  const lookForNeed = () => {
    need = 1;
    for (let age = AHEAD - 1; age >= 0; age--) {
      const earlier = needs[(now + AHEAD - age) % AHEAD] ?? 1;
      if (earlier <= need) [need, neededAt] = [earlier, now - age];
    }
  };

  /** The gain for the sample that is about to leave, given the peak of the one that came in. */
  const step = (peak: number): number => {
    const slot = now % AHEAD;
    const own = peak > 1 ? 1 / peak : 1;
    needs[slot] = own;
    if (own <= need) [need, neededAt] = [own, now];
    else if (now - neededAt >= AHEAD) lookForNeed();
    gain = Math.min(need, gain + (need - gain) * RECOVERY);
    if (need === 1 && 1 - gain < REST) gain = 1;
    sum += gain - (gains[slot] ?? 1);
    gains[slot] = gain;
    if (gain < 1) restsFrom = now + AHEAD;
    if (now >= restsFrom) sum = AHEAD;
    return Math.min(1, sum / AHEAD);
  };

  const process = (block: Stereo): Stereo => {
    const out = silence(block.left.length);
    for (let at = 0; at < block.left.length; at++, now++) {
      const slot = now % AHEAD;
      const [inLeft, inRight] = [block.left[at] ?? 0, block.right[at] ?? 0];
      left[slot] = inLeft;
      right[slot] = inRight;
      const applied = step(Math.max(Math.abs(inLeft), Math.abs(inRight)));
      if (applied < lowest) lowest = applied;
      const leaving = (now + 1) % AHEAD;
      out.left[at] = (left[leaving] ?? 0) * applied;
      out.right[at] = (right[leaving] ?? 0) * applied;
    }
    return out;
  };

  return { process, lowest: () => lowest };
}

const from = ({ left, right }: Stereo, start: number): Stereo => ({
  left: left.subarray(start),
  right: right.subarray(start),
});

/**
 * Keeps a sum within full scale. Sound that fits passes bit for bit; before a peak that does not, both sides are turned down together
 * over 5 ms and come back after it, so that a loud film is a little flatter there instead of crackling.
 * @returns the lowest gain it needed, 0–1
 */
export async function* limited(blocks: AsyncIterable<Stereo>): AsyncGenerator<Stereo, number> {
  const limiter = createLimiter();
  let early = DELAY;
  const inTime = (block: Stereo): Stereo => {
    const out = limiter.process(block);
    const dropped = Math.min(early, out.left.length);
    early -= dropped;
    return from(out, dropped);
  };
  for await (const block of blocks) yield inTime(block);
  yield inTime(silence(DELAY));
  return limiter.lowest();
}
