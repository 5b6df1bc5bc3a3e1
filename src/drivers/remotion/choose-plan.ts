import type { Picture } from '../../film/film.ts';
import { chunkAddress, type ChunkMaking } from './chunk-address.ts';
import { chunkSizes, planChunks } from './chunk-plan.ts';
import { partOf } from './picture-part.ts';

/** A chunk as it is planned. */
export interface PlannedChunk {
  address: string;
  frames: number;
  /** What is drawn. */
  part: Picture;
}

/**
 * Cuts a picture into chunks of about the size that its speed asks for. Where chunks of another size are there already, as after an edit
 * or when the speed was another one then, that size is taken.
 */
export function choosePlan(
  picture: Picture,
  options: {
    /** Of one child. */
    framesPerSecond: number;
    children: number;
    making: ChunkMaking;
    contentOf: (src: string) => string;
    /** Null: none is there. */
    has: ((address: string) => boolean) | null;
  },
): PlannedChunk[] {
  const { framesPerSecond, children, making, contentOf, has } = options;
  const sizes = chunkSizes(framesPerSecond, picture.durationInFrames).slice(0, has === null ? 1 : undefined);
  const planned = sizes.map((chunkFrames) =>
    planChunks(picture.durationInFrames, { chunkFrames, children }).map((range) => {
      const part = partOf(picture, range);
      return { part, frames: range.to - range.from, address: chunkAddress(part, making, contentOf) };
    }),
  );
  const found = (plan: readonly PlannedChunk[]): number =>
    plan.reduce((sum, { address, frames }) => sum + (has?.(address) === true ? frames : 0), 0);
  return planned.reduce((best, plan) => (found(plan) > found(best) ? plan : best));
}
