const GIBIBYTE = 1024 ** 3;
const TOTAL_BYTES = 24 * GIBIBYTE;
/** Memory of the CUDA context, held while the process lives. */
const CONTEXT_BYTES = GIBIBYTE / 2;
const MODEL_BYTES = 4 * GIBIBYTE;
/** Free memory after an out-of-memory failure, until `/free` is called. */
const LEFT_AFTER_FAILURE_BYTES = GIBIBYTE / 4;
/** Release is asynchronous: `/free` answers at once, the memory comes back later. */
const RELEASE_MS = 150;

/** The memory of the card that the stand-in claims to have. */
export function createVram(neverFreed: () => boolean) {
  const loaded = new Set<string>();
  let stuck = false;
  return {
    total: TOTAL_BYTES,
    free: (): number =>
      stuck
        ? LEFT_AFTER_FAILURE_BYTES
        : TOTAL_BYTES - CONTEXT_BYTES - Math.min(loaded.size * MODEL_BYTES, TOTAL_BYTES * 0.9),
    load: (file: string) => void loaded.add(file),
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
export type Vram = ReturnType<typeof createVram>;
