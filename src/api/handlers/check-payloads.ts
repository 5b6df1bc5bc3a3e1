import { isDeepStrictEqual } from 'node:util';
import { formatPath } from '../../contracts/fields.ts';
import type { FieldError } from '../../errors.ts';
import type { PreviewedTask } from '../../pipelines/preview-steps.ts';
import { createSentPath } from '../../pipelines/sent-path.ts';
import { stepTaskId } from '../../pipelines/step-task-id.ts';
import type { Output } from '../../prepare/outputs.ts';
import type { Prepares } from '../../prepare/prepare.ts';
import { collisions, readByChance, type PlannedInput, type PlannedOutput } from './output-collisions.ts';

/** An error and the items that have it. */
interface Found extends FieldError {
  items: string;
}

/** How many items one error names. */
const MOST_NAMED = 10;

/** The most warnings of all steps together. */
const MOST_WARNINGS = 50;

/** The errors of a payload, its ignored fields, and its outputs whose names do not contain the task id. */
type Look = (
  pipelineId: string,
  task: PreviewedTask,
) => Promise<{ errors: FieldError[]; chosen: Output[]; inputs: readonly string[]; warnings: readonly string[] }>;

/** Creates a check that runs once for a payload that many items of a step share. */
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

/** Reports an error at several items once. */
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
 * Checks the payloads of all tasks by the rules of their types. A value at or below a place that only the run will know
 * causes no error yet; it is checked again when the step is about to run. A field that is ignored at several items is
 * reported once.
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
