import { formatPath } from '../../contracts/fields.ts';
import type { FieldError } from '../../errors.ts';
import type { CheckedStep } from '../../pipelines/check-steps.ts';
import { resolveValue } from '../../pipelines/resolve-value.ts';
import { stepTaskId } from '../../pipelines/step-task-id.ts';
import type { Prepares } from '../../prepare/prepare.ts';

/** Whether an error is at a place, or below it. */
const isAt = (error: string, place: string): boolean =>
  error.startsWith(place) && (error.length === place.length || /[.[]/.test(error.charAt(place.length)));

const noResults = { resultOf: () => Promise.resolve(null) };

/** The payloads of a step as far as they are known: one for each item where all items are. */
async function knownPayloads({ step, isComplete }: CheckedStep): Promise<{ payload: unknown; index: number | null }[]> {
  const { payload, for_each: items } = step;
  if (!isComplete || !Array.isArray(items)) return [{ payload, index: null }];
  return Promise.all(
    items.map(async (value: unknown, index) => ({
      payload: await resolveValue(payload, { ...noResults, item: { value, index } }),
      index,
    })),
  );
}

/**
 * Looks at the payload of a step by the rules of its task type. What is at or below a place that only the run will know cannot be wrong yet;
 * it is looked at again when the step is about to run.
 */
export async function checkPayload(prepare: Prepares, pipelineId: string, checked: CheckedStep): Promise<FieldError[]> {
  const { step, place, open, isComplete } = checked;
  const known = await knownPayloads(checked).catch(() => []);
  const errors = await Promise.all(
    known.map(async ({ payload, index }) => {
      const prepared = await prepare[step.task_type](stepTaskId(pipelineId, step.id, index), payload as object);
      return prepared.errors.map(({ path, message }) => ({
        path: `${formatPath(['steps', place])}.${path}`,
        message: index === null ? message : `${message} (for item ${index})`,
      }));
    }),
  );
  return errors.flat().filter(({ path }) => isComplete || !open.some((one) => isAt(path, one)));
}
