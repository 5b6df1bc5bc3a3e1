/** Numbers from 0 to below 1 that a seed determines (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `COMFYUI_SEED` repeats a run; each run has its own otherwise. */
export const SEED = Number(process.env['COMFYUI_SEED'] ?? Math.floor(Math.random() * 1e9));
/** `COMFYUI_ROUNDS` makes the loops longer. */
export const ROUNDS = Number(process.env['COMFYUI_ROUNDS'] ?? 6);
