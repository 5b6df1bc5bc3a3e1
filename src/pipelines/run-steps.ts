import type { Ordered } from './order-steps.ts';

/**
 * Runs every step once, as soon as all steps that it needs have ended. After a failure no other step begins.
 * Uses promises only, because workflow code runs it.
 * @param steps each comes after those that it needs.
 * @throws the first error of a step, when all steps that had begun have ended.
 */
export async function runSteps<S extends Ordered>(steps: readonly S[], run: (step: S) => Promise<void>): Promise<void> {
  const ends = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  const runInTurn = async (step: S): Promise<void> => {
    await Promise.all(step.after.map(async (id) => ends.get(id)));
    if (failures.length === 0) await run(step).catch((error: unknown) => void failures.push(error));
  };
  for (const step of steps) ends.set(step.id, runInTurn(step));
  await Promise.all(ends.values());
  if (failures.length > 0) throw failures[0] as Error;
}
