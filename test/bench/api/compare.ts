import { median } from '../dispatch/measure.ts';

/** Medians of all turns. */
export interface Compared {
  ours: number;
  bare: number;
  /** Of `ours` to `bare` in the same turn. */
  ratio: number;
}

/**
 * Measures two things in short turns, so that other load of the machine hits both. They are measured once before, so
 * that compilers and connections are warm.
 */
export async function compare(
  { ours, bare }: { ours: () => Promise<number>; bare: () => Promise<number> },
  turns: number,
): Promise<Compared> {
  await ours();
  await bare();
  const found: Compared[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const results = { ours: 0, bare: 0 };
    for (const which of turn % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const))
      results[which] = await (which === 'ours' ? ours : bare)();
    found.push({ ...results, ratio: results.ours / results.bare });
  }
  const middle = (part: keyof Compared): number => median(found.map((one) => one[part]));
  return { ours: middle('ours'), bare: middle('bare'), ratio: middle('ratio') };
}
