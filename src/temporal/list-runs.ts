import type { WorkflowExecutionInfo } from '@temporalio/client';
import { PIPELINE, TASK_TYPES, type WorkType } from '../contracts/names.ts';
import { ANSWER_MS, type Temporal } from './connection.ts';
import { pipelineKey, stepKey } from './search-attributes.ts';

/** A run of a task from Temporal's visibility, which lags by some ten milliseconds. A retried task has several runs. */
export interface ListedRun {
  taskId: string;
  runId: string;
  taskType: WorkType;
  /** ms since 1970 */
  startedAt: number;
  closed: boolean;
  /** The pipeline and the step to which it belongs. */
  step: { pipeline: string; name: string } | null;
}

/** The place of a run in the list; newer runs come before it. */
export type RunPlace = Pick<ListedRun, 'startedAt' | 'runId'>;

const isAfter = (a: RunPlace, b: RunPlace): boolean =>
  a.startedAt === b.startedAt ? a.runId < b.runId : a.startedAt < b.startedAt;

const ours = `WorkflowType IN (${[...TASK_TYPES, PIPELINE].map((type) => `"${type}"`).join(', ')}) AND ExecutionStatus != "ContinuedAsNew"`;

const HOUR_MS = 3_600_000;
/** A margin, because clocks differ. */
const AHEAD_MS = 60_000;

/** For all calls of a list. */
const LONGEST_MS = 15_000;

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
 * Yields the runs of tasks that match a query, newest first, in parts. With an SQL database, Temporal sorts runs only
 * by whether and when they ended, so they are read in small windows of time and sorted here.
 * @param options.query a query of Temporal's visibility; empty for all.
 * @param options.after the place after which the list begins.
 * @param options.since ms since 1970; older runs are left out.
 * @param options.before ms since 1970; runs that began then or later are left out.
 * @param options.most the most runs to read at once.
 * @throws a gRPC error if Temporal does not answer a call within 5 s, or all calls within 15 s.
 */
export async function* listRuns(
  { client, connection }: Temporal,
  options: { query: string; after: RunPlace | null; since?: number; before?: number; most: number },
): AsyncIterable<ListedRun[]> {
  const { query, after, since = 0, before = Number.POSITIVE_INFINITY, most } = options;
  const until = Date.now() + LONGEST_MS;
  const within = <T>(call: () => Promise<T>): Promise<T> =>
    connection.withDeadline(Math.min(until, Date.now() + ANSWER_MS), call);
  const where = (from: number, to: number): string =>
    [
      ours,
      ...(query === '' ? [] : [query]),
      `StartTime >= "${new Date(from).toISOString()}"`,
      `StartTime < "${new Date(to).toISOString()}"`,
    ].join(' AND ');
  const count = async (from: number, to: number): Promise<number> =>
    (await within(() => client.workflow.count(where(from, to)))).count;

  /**
   * The start of a window that ends at `to` and contains some runs, but only few unless they began at the same time.
   */
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
    const runs = await within(async () => {
      const found: ListedRun[] = [];
      for await (const run of client.workflow.list({ query: where(from, to), pageSize: Math.max(most, 100) }))
        found.push(listedRun(run));
      return found;
    });
    const place = after;
    yield runs.filter((run) => place === null || isAfter(run, place)).toSorted((a, b) => (isAfter(a, b) ? 1 : -1));
    to = from;
  }
}
