import type { PipelineStep, StepPlan } from '../contracts/pipeline.ts';
import type { ErrorBody } from '../errors.ts';

/** What is known of the steps before any of them has run. */
export const planOf = (steps: readonly PipelineStep[]): StepPlan[] =>
  steps.map(({ id, taskType, onError, after, forEach }) => ({
    id,
    taskType,
    onError,
    after,
    ...(forEach === null ? {} : { items: Array.isArray(forEach) ? forEach.length : null }),
  }));

/** Stands for a step as a whole where items have their index. */
export const WHOLE = '';

const ITEMS = 'items:';
const REFUSED = 'refused:';

/**
 * Notes on a pipeline's workflow of what is learnt of its steps: small, and each under a name of its own, so that the
 * server merges them.
 */
export const itemsNote = (step: string, items: number): Record<string, unknown> => ({ [ITEMS + step]: items });
export const refusedNote = (step: string, place: string, error: ErrorBody): Record<string, unknown> => ({
  [`${REFUSED}${step}:${place}`]: error,
});

/** The plan with what those entries say. */
export function readNotes(plan: readonly StepPlan[], notes: Readonly<Record<string, unknown>>): StepPlan[] {
  return plan.map((step) => {
    const items = notes[ITEMS + step.id];
    const prefix = `${REFUSED}${step.id}:`;
    const refused = Object.entries(notes).filter(([name]) => name.startsWith(prefix));
    return {
      ...step,
      ...(typeof items === 'number' ? { items } : {}),
      ...(refused.length === 0
        ? {}
        : {
            refused: Object.fromEntries(
              refused.map(([name, error]) => [name.slice(prefix.length), error as ErrorBody]),
            ),
          }),
    };
  });
}
