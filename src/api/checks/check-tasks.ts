import { fieldErrors, isAbsent } from '../../contracts/fields.ts';
import { misspeltFields } from '../../contracts/misplaced-fields.ts';
import { tasksSchema } from '../../contracts/task.ts';
import { AppError } from '../../errors.ts';
import type { PlacedFile } from '../../sources/fetch-placed.ts';
import { derivedUuid } from '../../text/derived-uuid.ts';
import { identify, type Identity, type Submission, unquoted } from '../idempotency.ts';
import { readJson } from '../read-json.ts';
import { refusal } from '../refusal.ts';
import {
  type FoundSource,
  limited,
  placedBelow,
  placeFiles,
  type RefusedItem,
  sourcesBelow,
  type Unfetched,
} from '../request-sources.ts';
import { checkTask } from './check-task.ts';
import type { Checked, CheckedTask, CheckedTasks, ChecksDeps, Outcome } from './checks.ts';
import { withIdentity } from './with-identity.ts';

/** An item of a list: with an id of its own, and with the key of the request unless it has its own key. */
function itemSubmission(submission: Submission, item: unknown, index: number): Submission {
  const { idempotencyKey: key } = submission;
  const own = (item as { idempotency_key?: unknown } | null)?.idempotency_key;
  return {
    ...submission,
    newId: derivedUuid('item', submission.newId, String(index)),
    idempotencyKey: key === undefined || !isAbsent(own) ? undefined : `${unquoted(key)}[${index}]`,
  };
}

async function checkItem(
  deps: ChecksDeps,
  item: unknown,
  { submission, placed }: { submission: Submission; placed: readonly PlacedFile[] | undefined },
): Promise<Outcome<CheckedTask>> {
  let identity: Identity = { taskId: submission.newId };
  try {
    identity = identify('task', item, submission);
    placeFiles(item, placed);
    const { taskId } = identity;
    const options = { taskId, isPlaced: placed !== undefined, limits: submission.limits };
    return await withIdentity(identity, checkTask(deps, item, options));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { identity, refused: error };
  }
}

/** Checks a list of tasks, each like one that is submitted alone. @throws {AppError} the errors of the list itself. */
export async function checkTasks(
  deps: ChecksDeps,
  bytes: Uint8Array,
  submission: Submission,
  placed?: readonly PlacedFile[],
): Promise<CheckedTasks | Unfetched> {
  const body = readJson(bytes);
  const list = tasksSchema.safeParse(body);
  const warnings = misspeltFields(body, Object.keys(tasksSchema.shape));
  if (!list.success) throw refusal(fieldErrors(list.error), undefined, warnings);
  const items: Checked<CheckedTask>[] = [];
  const sources: FoundSource[] = [];
  const refused: RefusedItem[] = [];
  for (const [index, item] of list.data.tasks.entries()) {
    const at = ['tasks', index];
    const mine = itemSubmission(submission, item, index);
    const found = await checkItem(deps, item, { submission: mine, placed: placed && placedBelow(placed, at) });
    if (Array.isArray(found)) sources.push(...sourcesBelow(found, at));
    else items.push(found);
    if ('refused' in found) refused.push({ index, ...found });
  }
  if (sources.length === 0) return { items, warnings };
  return { body: bytes, sources: limited(sources), refused };
}
