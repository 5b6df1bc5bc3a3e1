import type { Clip } from '../src/contracts/timeline.ts';

/** Clips in the order they are painted: by layer, and within one in the order they were given. */
export const bottomFirst = (clips: readonly Clip[]): Clip[] => clips.toSorted((a, b) => a.layer - b.layer);
