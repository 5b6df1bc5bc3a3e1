import type { SubmittedStep } from '../contracts/pipeline.ts';
import type { FieldError } from '../errors.ts';
import type { CheckedStep } from './check-steps.ts';
import { newBudget, spend, type Budget } from './budget.ts';
import { createPreviewVoice } from './preview-voice.ts';
import { resolveListIfKnown, resolveValue } from './resolve-value.ts';
import { UNKNOWN } from './unknown-value.ts';
import { atItem, type Values } from './values.ts';

/** A task that will run for a step, or all tasks of the step if only the run will know their number. */
export interface PreviewedTask {
  checked: CheckedStep;
  /** The position of the item; null for a step that is one task. */
  index: number | null;
  /** Parts that only the run will know are unknown. */
  payload: unknown;
}

export interface PipelinePreview {
  tasks: PreviewedTask[];
  /** The least number of tasks. */
  count: number;
  /** References that cannot be resolved, with their paths in the request; one for each path. */
  errors: FieldError[];
}

/** Creates a function that returns the result of a task as far as it is known. */
function createPreviewResult(budget: Budget) {
  const previewVoice = createPreviewVoice((characters) => spend(budget, 'split', characters));
  return ({ task_type: type }: SubmittedStep, payload: unknown): unknown =>
    type === 'cosyvoice' ? previewVoice(payload as Record<string, unknown>) : UNKNOWN;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/**
 * Resolves everything in a pipeline that is known before it runs: items of lists, the number of a step's items, the
 * sentences of a voice.
 * @param steps in an order in which each comes after those that it needs.
 * @param most the most tasks to resolve; if there are more, `count` shows it, and they are not resolved.
 * @throws {AppError} `too_complex` if the whole request becomes larger than permitted.
 */
export async function previewSteps(
  steps: readonly CheckedStep[],
  output: unknown,
  most: number,
): Promise<PipelinePreview> {
  const results = new Map<string, () => unknown>();
  const errors = new Map<string, FieldError>();
  const tasks: PreviewedTask[] = [];
  let count = 0;
  const budget = newBudget();
  const previewResult = createPreviewResult(budget);
  const values: Values = {
    budget,
    texts: new Map(),
    resultOf(id, index) {
      const result = results.get(id)?.() ?? UNKNOWN;
      if (result === UNKNOWN || index === undefined) return Promise.resolve(result);
      return Promise.resolve(Array.isArray(result) ? (result[index] as unknown) : undefined);
    },
    onError({ path, message }) {
      if (!errors.has(path)) errors.set(path, { path, message });
      return UNKNOWN;
    },
  };
  for (const checked of steps) {
    const { step, place, id } = checked;
    const resolve = (at: Values): Promise<unknown> => resolveValue(step.payload, at, ['steps', place, 'payload']);
    const list = step.for_each;
    const items = list === undefined ? undefined : await resolveListIfKnown(list, values, ['steps', place, 'for_each']);
    count += items?.length ?? 1;
    if (count > most) {
      results.set(id, () => items?.map(() => UNKNOWN) ?? UNKNOWN);
    } else if (items === undefined) {
      const payload = await resolve(values);
      tasks.push({ checked, index: null, payload });
      results.set(
        id,
        once(() => previewResult(step, payload)),
      );
    } else if (items === null) {
      const payload = await resolve({ ...values, item: { value: UNKNOWN, index: null } });
      tasks.push({ checked, index: null, payload });
      results.set(id, () => UNKNOWN);
    } else {
      const payloads: unknown[] = [];
      for (const index of items.keys()) payloads.push(await resolve(atItem(values, list, items, index)));
      tasks.push(...payloads.map((payload, index) => ({ checked, index, payload })));
      results.set(
        id,
        once(() => payloads.map((payload) => previewResult(step, payload))),
      );
    }
  }
  if (count <= most) await resolveValue(output, values, ['output']);
  return { tasks, count, errors: [...errors.values()] };
}
