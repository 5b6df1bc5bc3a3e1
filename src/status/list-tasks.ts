import type { TaskStatus, WorkType } from '../contracts/names.ts';
import type { ErrorCode } from '../errors.ts';
import { isServerAway } from '../temporal/connection.ts';
import type { ListedRun, RunPlace } from '../temporal/list-runs.ts';
import type { DescribedTask } from './describe-task.ts';
import { LOST_PHASE } from './queue-keys.ts';
import { wholeRecord } from './read-status.ts';
import { isFinal, type StatusRecord } from './record.ts';
import type { StatusStore } from './status-store.ts';

/** The filters of a list; a task must match all that are set. Texts contain no quotes. */
export interface TaskFilters {
  status?: TaskStatus | undefined;
  taskType?: WorkType | undefined;
  client?: string | undefined;
  tag?: string | undefined;
  /** The steps of this pipeline; null for everything except steps. */
  pipeline?: string | null | undefined;
  /** Submitted at or after `since`, and before `until`, in ms since 1970. */
  since?: number | undefined;
  until?: number | undefined;
  /** The code of the error that it failed with. */
  errorCode?: string | undefined;
}

export interface ListedTask {
  taskId: string;
  record: StatusRecord;
  step: ListedRun['step'];
}

export interface TaskPage {
  tasks: ListedTask[];
  /** The start of the next page; null at the end. Earlier pages may be short too. */
  next: RunPlace | null;
}

export interface ListTasksDeps {
  /** See `listRuns`. */
  listRuns: (options: {
    query: string;
    after: RunPlace | null;
    since?: number;
    before?: number;
    most: number;
  }) => AsyncIterable<ListedRun[]>;
  store: Pick<StatusStore, 'readRun'>;
  describe: (taskId: string) => Promise<DescribedTask | null>;
  /** Adds the statuses of its tasks to the record of a pipeline. Never rejects. */
  readPipeline: (pipelineId: string, record: StatusRecord) => Promise<StatusRecord>;
  now: () => Date;
}

/**
 * Filters that Temporal does not support may skip many tasks, so a page ends after this many tasks, or after this time.
 */
const MOST_EXAMINED = 2000;
const LONGEST_MS = 5000;
const AT_ONCE = 25;

const FAILED: Readonly<Record<string, string>> = { cancelled: 'Canceled', terminated: 'Terminated' };

/**
 * The part of the filters that Temporal supports. It does not know whether a pipeline has begun, or most error codes.
 */
export function queryOf({ status, taskType, client, tag, pipeline, errorCode }: TaskFilters): string {
  const parts: string[] = [];
  if (taskType !== undefined) parts.push(`WorkflowType = "${taskType}"`);
  if (client !== undefined) parts.push(`Client = "${client}"`);
  if (tag !== undefined) parts.push(`Tags = "${tag}"`);
  if (pipeline === null) parts.push('Step IS NULL');
  else if (pipeline !== undefined) parts.push(`Pipeline = "${pipeline}" AND WorkflowType != "pipeline"`);
  const open = status === 'pending' || status === 'processing';
  if (open) parts.push(`ExecutionStatus = "Running" AND (TaskStatus = "${status}" OR WorkflowType = "pipeline")`);
  if (status === 'completed') parts.push('ExecutionStatus = "Completed"');
  if (status === 'failed' || errorCode !== undefined) {
    const ended = FAILED[errorCode ?? ''];
    const all = '"Failed", "Canceled", "Terminated", "TimedOut"';
    parts.push(ended === undefined ? `ExecutionStatus IN (${all})` : `ExecutionStatus = "${ended}"`);
  }
  return parts.join(' AND ');
}

/** The code of the error that a task failed with. */
export const errorCodeOf = ({ result }: Pick<StatusRecord, 'result'>): ErrorCode | undefined =>
  result !== null && 'error' in result ? result.error.code : undefined;

function fits({ status, errorCode }: TaskFilters, record: StatusRecord): boolean {
  if (status !== undefined && record.status !== status) return false;
  return errorCode === undefined || errorCodeOf(record) === errorCode;
}

/**
 * Lists tasks, newest first. The tasks come from Temporal, and their statuses from Redis, or from Temporal if Redis has
 * no record, is away or is out of date. A retried task appears at its last run.
 * @returns a function that reads a page. @throws a gRPC error when Temporal does not answer.
 */
export function createListTasks(deps: ListTasksDeps) {
  /** Null for a run that is not the last one of its task, and for a task that no longer exists. */
  async function read(run: ListedRun): Promise<ListedTask | null> {
    const { taskId, step } = run;
    const stored = await deps.store.readRun(taskId).catch(() => null);
    let record = stored?.record ?? null;
    // The task was deleted, or this is not its last run.
    if (stored !== null && record === null && stored.runStartedAt >= run.startedAt) return null;
    const isBehind =
      stored === null ||
      record === null ||
      record.phase === LOST_PHASE ||
      // Its acceptance is recorded before the start of its run is known.
      (stored.runStartedAt < run.startedAt && (stored.runStartedAt > 0 || run.closed)) ||
      (stored.runStartedAt === run.startedAt && run.closed && !isFinal(record.status));
    if (!isBehind && stored.runStartedAt > run.startedAt) return null;
    if (isBehind) {
      const task = await deps.describe(taskId).catch((error: unknown) => {
        if (isServerAway(error) && record !== null) return undefined;
        throw error;
      });
      if (task === null || (task?.version.runStartedAt ?? 0) > run.startedAt) return null;
      record = task === undefined ? record : wholeRecord(task);
    }
    if (record === null) return null;
    return {
      taskId,
      step,
      record: record.plan === undefined || isFinal(record.status) ? record : await deps.readPipeline(taskId, record),
    };
  }

  return async (filters: TaskFilters, after: RunPlace | null, limit: number): Promise<TaskPage> => {
    const until = deps.now().getTime() + LONGEST_MS;
    const tasks: ListedTask[] = [];
    let examined = 0;
    let next = after;
    const runs = deps.listRuns({
      query: queryOf(filters),
      after,
      ...(filters.since === undefined ? {} : { since: filters.since }),
      ...(filters.until === undefined ? {} : { before: filters.until }),
      most: 4 * limit,
    });
    for await (const window of runs)
      for (let at = 0; at < window.length; at += AT_ONCE) {
        const some = window.slice(at, at + AT_ONCE);
        const found = await Promise.all(some.map(read));
        for (const [index, run] of some.entries()) {
          const task = found[index] ?? null;
          if (task !== null && fits(filters, task.record)) {
            if (tasks.length === limit) return { tasks, next };
            tasks.push(task);
          }
          examined += 1;
          next = { startedAt: run.startedAt, runId: run.runId };
        }
        if (examined >= MOST_EXAMINED || deps.now().getTime() > until) return { tasks, next };
      }
    return { tasks, next: null };
  };
}
