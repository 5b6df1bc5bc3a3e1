export interface RenderProgress {
  renderedFrames: number;
  totalFrames: number;
  /** Rendered frames that the next attempt could reuse. */
  keptFrames: number;
  /** Seconds until the last frame is drawn; null if unknown. */
  etaSeconds: number | null;
  stage: 'preparing' | 'rendering' | 'joining';
}

/** A measured speed means nothing before this many frames. */
const LEAST_DRAWN = 10;

/** Counts the frames of a film whose chunks are drawn in parallel, in any order, and again after a child failed. */
export interface FrameCount {
  /** Reports that `frames` need not be drawn, or are on disk now. */
  kept(frames: number): void;
  /** Reports how many frames of a chunk are drawn so far. */
  drawn(chunk: string, frames: number): void;
  progress(): RenderProgress;
}

/** @param expected frames a second, of all children together, before anything is measured */
export function countProgress(totalFrames: number, expected: number, now: () => number): FrameCount {
  const underWay = new Map<string, number>();
  let keptFrames = 0;
  let seen = 0;
  let made = 0;
  let startedAt: number | null = null;
  const rate = (): number =>
    startedAt === null || made < LEAST_DRAWN ? expected : made / Math.max(0.001, (now() - startedAt) / 1000);
  return {
    kept(frames) {
      keptFrames += frames;
    },
    drawn(chunk, frames) {
      startedAt ??= now();
      made += Math.max(0, frames - (underWay.get(chunk) ?? 0));
      underWay.set(chunk, frames);
      if (frames === 0) underWay.delete(chunk);
    },
    progress() {
      const here = keptFrames + [...underWay.values()].reduce((sum, frames) => sum + frames, 0);
      // The count never decreases, even if a chunk starts again.
      seen = Math.max(seen, here);
      const left = Math.max(0, totalFrames - here);
      return {
        renderedFrames: seen,
        totalFrames,
        keptFrames,
        etaSeconds: Math.round(left / rate()),
        stage: 'rendering',
      };
    },
  };
}
