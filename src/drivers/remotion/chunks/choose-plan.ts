import { setImmediate } from 'node:timers/promises';
import type { Picture } from '../../../film/film.ts';
import { chunkKey, type ChunkSettings } from './chunk-key.ts';
import { chunkSizes, planChunks } from './chunk-plan.ts';
import { type FrameRange, partsOf } from './picture-part.ts';

/** A planned chunk. */
export interface PlannedChunk {
  key: string;
  frames: number;
  /** The frames that are drawn. */
  range: FrameRange;
}

/** The most chunks of all compared plans together. A film of a day, cut into the smallest chunks, has 345,600. */
const MOST_COMPARED = 20_000;
/** Planning a long film takes a while, so the event loop gets a turn after this time. */
const PAUSE_AFTER_MS = 20;

/** The plan for the size that suits the speed, and plans for other sizes up to the number of chunks to compare. */
function cutsOf(frames: number, sizes: readonly number[], children: number): FrameRange[][] {
  const cuts: FrameRange[][] = [];
  let chunks = 0;
  for (const chunkFrames of sizes) {
    const more = Math.ceil(frames / chunkFrames);
    if (cuts.length > 0 && chunks + more > MOST_COMPARED) continue;
    chunks += more;
    cuts.push(planChunks(frames, { chunkFrames, children }));
  }
  return cuts;
}

/**
 * Cuts a picture into chunks of about the size that suits its speed. If chunks of another size exist already, for
 * example after an edit or a change of the speed, it uses that size. @throws the signal's reason
 */
export async function choosePlan(
  picture: Picture,
  options: {
    /** The speed of one child. */
    framesPerSecond: number;
    children: number;
    settings: ChunkSettings;
    contentOf: (src: string) => string;
    /** Null: no chunk exists. */
    has: ((key: string) => boolean) | null;
  },
  signal: AbortSignal,
): Promise<PlannedChunk[]> {
  const { framesPerSecond, children, settings, contentOf, has } = options;
  const { durationInFrames } = picture;
  const sizes = chunkSizes(framesPerSecond, durationInFrames).slice(0, has === null ? 1 : undefined);
  let pausedAt = performance.now();
  const planned: PlannedChunk[][] = [];
  for (const ranges of cutsOf(durationInFrames, sizes, children)) {
    const plan: PlannedChunk[] = [];
    const parts = partsOf(picture, ranges);
    for (const range of ranges) {
      const { value: part } = parts.next() as IteratorYieldResult<Picture>;
      plan.push({ range, frames: range.to - range.from, key: chunkKey(part, settings, contentOf) });
      if (performance.now() - pausedAt < PAUSE_AFTER_MS) continue;
      await setImmediate();
      signal.throwIfAborted();
      pausedAt = performance.now();
    }
    planned.push(plan);
  }
  const found = (plan: readonly PlannedChunk[]): number =>
    plan.reduce((sum, { key, frames }) => sum + (has?.(key) === true ? frames : 0), 0);
  return planned.reduce((best, plan) => (found(plan) > found(best) ? plan : best));
}
