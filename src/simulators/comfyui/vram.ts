const GIBIBYTE = 1024 ** 3;
/** Memory of the CUDA context, held while the process lives. */
const CONTEXT_BYTES = GIBIBYTE / 2;
const MODEL_BYTES = 4 * GIBIBYTE;
/** Free memory after an out-of-memory failure, until `/free` is called. */
const LEFT_AFTER_FAILURE_BYTES = GIBIBYTE / 4;
/** Release is asynchronous: `/free` answers at once, the memory comes back later. */
const RELEASE_MS = 150;

/** The memory of the card that the stand-in claims to have. */
export interface Vram {
  total: number;
  free(): number;
  /** @returns false when the model was there already. */
  load(file: string): boolean;
  runOut(): void;
  release(): void;
}

export function createVram(total: number, neverFreed: () => boolean): Vram {
  const loaded = new Set<string>();
  let stuck = false;
  return {
    total,
    free: () =>
      stuck
        ? LEFT_AFTER_FAILURE_BYTES
        : Math.max(0, total - CONTEXT_BYTES - Math.min(loaded.size * MODEL_BYTES, total * 0.9)),
    load: (file) => {
      const isNew = !loaded.has(file);
      loaded.add(file);
      return isNew;
    },
    runOut: () => {
      stuck = true;
    },
    release: () => {
      setTimeout(() => {
        if (neverFreed()) return;
        loaded.clear();
        stuck = false;
      }, RELEASE_MS).unref();
    },
  };
}
