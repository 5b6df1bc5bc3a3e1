import type { WorkflowExecutionInfo } from '@temporalio/client';
import { PIPELINE, TASK_TYPES, type WorkType } from '../contracts/names.ts';
import type { Temporal } from './connection.ts';
import { pipelineKey, stepKey } from './search-attributes.ts';

/** A run of a task as Temporal's visibility lists it, some ten milliseconds late. A task that was retried has several. */
export interface ListedRun {
  taskId: string;
  runId: string;
  taskType: WorkType;
  /** ms since 1970 */
  startedAt: number;
  closed: boolean;
  /** The pipeline and the step that it is part of. */
  step: { pipeline: string; name: string } | null;
}

/** The place of a run in the list: newer ones are before it. */
export type RunPlace = Pick<ListedRun, 'startedAt' | 'runId'>;

const isAfter = (a: RunPlace, b: RunPlace): boolean =>
  a.startedAt === b.startedAt ? a.runId < b.runId : a.startedAt < b.startedAt;

const ours = `WorkflowType IN (${[...TASK_TYPES, PIPELINE].map((type) => `"${type}"`).join(', ')}) AND ExecutionStatus != "ContinuedAsNew"`;

const HOUR_MS = 3_600_000;
/** Clocks differ. */
const AHEAD_MS = 60_000;

function listedRun({
  workflowId,
  runId,
  type,
  startTime,
  status,
  typedSearchAttributes,
}: WorkflowExecutionInfo): ListedRun {
  const [pipeline, name] = [typedSearchAttributes.get(pipelineKey), typedSearchAttributes.get(stepKey)];
  return {
    taskId: workflowId,
    runId,
    taskType: type as WorkType,
    startedAt: startTime.getTime(),
    closed: status.name !== 'RUNNING',
    step: pipeline === undefined || name === undefined ? null : { pipeline, name },
  };
}

/**
 * The runs of tasks that a query matches, newest first, some at a time. Temporal lists runs of an SQL database only by whether and when
 * they ended, so they are read in windows of time that hold few, and sorted here.
 * @param options.query of Temporal's visibility; empty for all.
 * @param options.after the place after which the list begins.
 * @param options.since ms since 1970; older runs are left out.
 * @param options.before ms since 1970; runs that began then or later are left out.
 * @param options.most how many runs are read at once, at the most of which one needs.
 * @throws a gRPC error when Temporal does not answer.
 */
export async function* listRuns(
  { client }: Temporal,
  options: { query: string; after: RunPlace | null; since?: number; before?: number; most: number },
): AsyncIterable<ListedRun[]> {
  const { query, after, since = 0, before = Number.POSITIVE_INFINITY, most } = options;
  const where = (from: number, to: number): string =>
    [
      ours,
      ...(query === '' ? [] : [query]),
      `StartTime >= "${new Date(from).toISOString()}"`,
      `StartTime < "${new Date(to).toISOString()}"`,
    ].join(' AND ');
  const count = async (from: number, to: number): Promise<number> =>
    (await client.workflow.count(where(from, to))).count;

  /** The beginning of a window that ends at `to` and holds some runs, but few if they began at different times. */
  const windowBefore = async (to: number): Promise<number> => {
    let [empty, full] = [0, Number.POSITIVE_INFINITY];
    for (let width = HOUR_MS; ;) {
      const from = Math.max(since, to - width);
      const found = await count(from, to);
      if (found > most && width - empty > 1) full = width;
      else if (found === 0 && from > since) empty = width;
      else return from;
      if (full === Number.POSITIVE_INFINITY) width *= 4;
      else width = empty === 0 ? Math.ceil(full / 4) : Math.ceil((empty + full) / 2);
    }
  };

  let to = Math.min(before, after === null ? Date.now() + AHEAD_MS : after.startedAt + 1);
  while (to > since) {
    const left = await count(since, to);
    if (left === 0) return;
    const from = left <= most ? since : await windowBefore(to);
    const runs: ListedRun[] = [];
    for await (const run of client.workflow.list({ query: where(from, to), pageSize: Math.max(most, 100) }))
      runs.push(listedRun(run));
    const place = after;
    yield runs.filter((run) => place === null || isAfter(run, place)).toSorted((a, b) => (isAfter(a, b) ? 1 : -1));
    to = from;
  }
}
