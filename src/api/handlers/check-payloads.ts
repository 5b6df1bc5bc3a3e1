import { formatPath } from '../../contracts/fields.ts';
import type { FieldError } from '../../errors.ts';
import type { ForeseenTask } from '../../pipelines/foresee-steps.ts';
import { createSentPath } from '../../pipelines/sent-path.ts';
import { stepTaskId } from '../../pipelines/step-task-id.ts';
import type { Prepares } from '../../prepare/prepare.ts';

/** An error, and at which items it is. */
interface Found extends FieldError {
  items: string;
}

/** How many items one error names. */
const MOST_NAMED = 10;

async function checkTask(
  prepare: Prepares,
  pipelineId: string,
  { checked, index, payload }: ForeseenTask,
): Promise<Found[]> {
  const { step, place } = checked;
  const { errors } = await prepare[step.task_type](stepTaskId(pipelineId, step.id, index), payload as object);
  if (errors.length === 0) return [];
  const sentPath = createSentPath(step.payload, payload, 'payload');
  return errors.flatMap(({ path, message }) => {
    const sent = sentPath(path);
    if (sent === undefined) return [];
    const items = [...(index === null ? [] : [index]), ...sent.items];
    return [{ path: `${formatPath(['steps', place])}.${sent.path}`, message, items: items.toReversed().join(' of ') }];
  });
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
 * it is looked at again when the step is about to run.
 */
export async function checkPayloads(
  prepare: Prepares,
  pipelineId: string,
  tasks: readonly ForeseenTask[],
): Promise<FieldError[]> {
  const found = await Promise.all(tasks.map((task) => checkTask(prepare, pipelineId, task)));
  return tellOnce(found.flat());
}
