import { isDeepStrictEqual } from 'node:util';
import { formatPath } from '../../contracts/fields.ts';
import type { FieldError } from '../../errors.ts';
import type { PreviewedTask } from '../../pipelines/preview-steps.ts';
import { createSentPath } from '../../pipelines/sent-path.ts';
import { stepTaskId } from '../../pipelines/step-task-id.ts';
import type { Output } from '../../prepare/outputs.ts';
import type { Prepares } from '../../prepare/prepare.ts';
import { collisions, readByChance, type PlannedInput, type PlannedOutput } from './output-collisions.ts';

/** An error, and at which items it is. */
interface Found extends FieldError {
  items: string;
}

/** How many items one error names. */
const MOST_NAMED = 10;

/** Of all steps together. */
const MOST_WARNINGS = 50;

/** What is wrong with a payload, what of it is ignored, and the outputs that do not have their name of the task. */
type Look = (
  pipelineId: string,
  task: PreviewedTask,
) => Promise<{ errors: FieldError[]; chosen: Output[]; inputs: readonly string[]; warnings: readonly string[] }>;

/** Looks once at the payload of a step that has the same for many items. */
function createLook(prepare: Prepares): Look {
  let last: { task: PreviewedTask; looked: ReturnType<Look> } | undefined;
  const look: Look = async (pipelineId, { checked: { step }, index, payload }) => {
    const taskId = stepTaskId(pipelineId, step.id, index);
    const {
      errors,
      outputs = [],
      inputs = [],
      warnings = [],
    } = await prepare[step.task_type](taskId, payload as object);
    return { errors: [...errors], warnings, inputs, chosen: outputs.filter(({ file }) => !file.includes(taskId)) };
  };
  return (pipelineId, task) => {
    const isSame = last?.task.checked === task.checked && isDeepStrictEqual(last.task.payload, task.payload);
    if (last === undefined || !isSame) last = { task, looked: look(pipelineId, task) };
    return last.looked;
  };
}

async function checkTask(
  look: Look,
  pipelineId: string,
  task: PreviewedTask,
): Promise<{ found: Found[]; outputs: PlannedOutput[]; reads: PlannedInput[]; warnings: string[] }> {
  const { checked, index, payload } = task;
  const { step, place } = checked;
  const { errors, chosen, inputs, ...ignored } = await look(pipelineId, task);
  const reads = inputs.map((file) => ({ file, step: step.id }));
  const warnings = ignored.warnings.map((warning) => `${formatPath(['steps', place])}.${warning}`);
  if (errors.length === 0 && chosen.length === 0) return { found: [], outputs: [], reads, warnings };
  const sentPath = createSentPath(step.payload, payload, 'payload');
  const inRequest = (path: string) => {
    const sent = sentPath(path);
    return sent && { path: `${formatPath(['steps', place])}.${sent.path}`, items: sent.items };
  };
  return {
    warnings,
    reads,
    found: errors.flatMap(({ path, message }) => {
      const sent = inRequest(path);
      if (sent === undefined) return [];
      const items = [...(index === null ? [] : [index]), ...sent.items];
      return [{ path: sent.path, message, items: items.toReversed().join(' of ') }];
    }),
    outputs: chosen.flatMap((output: Output) => {
      const path = inRequest(output.path)?.path;
      const isForMany = index === null && step.for_each !== undefined;
      return path === undefined ? [] : [{ ...output, path, step: step.id, isForMany }];
    }),
  };
}

/** What is wrong at several items is told once. */
function tellOnce(found: readonly Found[]): FieldError[] {
  const groups = new Map<string, FieldError & { items: Set<string> }>();
  for (const { path, message, items } of found) {
    const key = `${path}: ${message}`;
    const group = groups.get(key) ?? { path, message, items: new Set() };
    groups.set(key, group);
    if (items !== '') group.items.add(items);
  }
  return [...groups.values()].map(({ path, message, items }) => {
    if (items.size === 0) return { path, message };
    const named = [...items].slice(0, MOST_NAMED).join(', ') + (items.size > MOST_NAMED ? ', …' : '');
    return { path, message: `${message} (for ${items.size === 1 ? 'item' : 'items'} ${named})` };
  });
}

/**
 * Looks at the payloads of all tasks by the rules of their types. What is at or below a place that only the run will know cannot be wrong yet;
 * it is looked at again when the step is about to run. What is ignored at several items is told once.
 */
export async function checkPayloads(
  prepare: Prepares,
  pipelineId: string,
  tasks: readonly PreviewedTask[],
): Promise<{ errors: FieldError[]; warnings: string[] }> {
  const look = createLook(prepare);
  const checked = await Promise.all(tasks.map((task) => checkTask(look, pipelineId, task)));
  const outputs = checked.flatMap((one) => one.outputs);
  const wrong = tellOnce(checked.flatMap(({ found }) => found));
  return {
    errors: [
      ...wrong,
      ...collisions(outputs),
      ...readByChance(
        outputs,
        checked.flatMap(({ reads }) => reads),
        tasks.map((task) => task.checked),
      ),
    ],
    warnings: [...new Set(checked.flatMap(({ warnings }) => warnings))].slice(0, MOST_WARNINGS),
  };
}
