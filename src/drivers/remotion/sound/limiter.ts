import { SAMPLE_RATE } from './sample-clock.ts';
import { silence, type Stereo } from './stereo.ts';

/** The look-ahead and the time of a reduction: 5 ms. */
const AHEAD = SAMPLE_RATE / 200;
/** The delay between input and output, in samples. */
const DELAY = AHEAD - 1;
/** The share of the remaining reduction that ends with each sample: a time constant of 80 ms. */
const RECOVERY = 1 - Math.exp(-1 / (0.08 * SAMPLE_RATE));
/** A smaller reduction than this counts as none. */
const REST = 1e-5;

interface Limiter {
  process(block: Stereo): Stereo;
  /** The lowest gain so far. */
  lowest(): number;
}

/** A look-ahead peak limiter: the lowest gain that any sample in the look-ahead needs, averaged over the look-ahead. */
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

  /** The gain for the next output sample, given the peak of the new input sample. */
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
 * Keeps a sum within full scale. Sound that fits is unchanged, bit for bit. Before a peak that does not fit, both sides
 * become quieter together over 5 ms and return after it, so that a loud film has less dynamics there instead of
 * crackling.
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
