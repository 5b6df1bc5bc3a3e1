import type { Settings } from '../options.ts';

/** Draws from −1 to 1: by chance, by the seed of a request, or 0 for ever. */
export function createVariation({ chance, extensions }: Settings, seed: string | undefined): () => number {
  const given = Number(seed);
  if (extensions.includes('seed') && seed !== undefined && Number.isInteger(given)) {
    let state = given >>> 0;
    return () => {
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
      return state / 2 ** 31 - 1;
    };
  }
  return () => (chance ? Math.random() * 2 - 1 : 0);
}
