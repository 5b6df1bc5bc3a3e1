import type { StoredFile } from '../../contracts/stored-file.ts';
import { AppError } from '../../errors.ts';
import type { StatusRecord } from '../../status/record.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { taskIdOf } from './task-id.ts';
import { describeStatus, type TaskStatusDeps } from './task-status.ts';

/** An attempt from the manifest. */
export interface NotedAttempt {
  number: number;
  startedAt: string;
  /** Absent while it runs, and if its worker died. */
  end?: 'completed' | 'failed' | 'released' | undefined;
  cause?: string | undefined;
}

export interface ShowTaskDeps extends TaskStatusDeps {
  /**
   * The accepted request and its step; null if Temporal no longer knows the task. @throws if Temporal does not answer.
   */
  readInput: (taskId: string) => Promise<{
    input: Record<string, unknown>;
    step: { pipeline: string; name: string } | null;
    traceparent: string | null;
  } | null>;
  /** The latest attempts; empty if the manifest is gone. Never rejects. */
  readAttempts: (taskId: string) => Promise<NotedAttempt[]>;
  now: () => Date;
}

/** All files in a result, including those of the steps of a pipeline. */
function filesIn(result: unknown): StoredFile[] {
  if (typeof result !== 'object' || result === null) return [];
  const { files, steps } = result as { files?: unknown; steps?: unknown };
  if (Array.isArray(files)) return files as StoredFile[];
  return Object.values(
    (steps ?? {}) as Record<string, { result?: unknown; items?: { result: unknown }[] | null }>,
  ).flatMap((step) =>
    Array.isArray(step.items) ? step.items.flatMap((item) => filesIn(item.result)) : filesIn(step.result),
  );
}

const between = (from: string | null, to: string | null, now: Date): number | null =>
  from === null ? null : Math.max(0, (to === null ? now.getTime() : Date.parse(to)) - Date.parse(from));

/** How long it waited in the queue and how long it has run, in ms. */
function durations(
  { createdAt, startedAt, finishedAt }: Pick<StatusRecord, 'createdAt' | 'startedAt' | 'finishedAt'>,
  runAt: unknown,
  now: Date,
): { queued_ms: number | null; running_ms: number | null } {
  const from = typeof runAt === 'string' && runAt > createdAt ? runAt : createdAt;
  return {
    queued_ms: between(from, startedAt ?? finishedAt, now),
    running_ms: between(startedAt, finishedAt, now),
  };
}

/** `GET /tasks/{task_id}`: returns everything about a task. */
export function createShowTask(deps: ShowTaskDeps) {
  return async ({ params }: ApiRequest): Promise<ApiResponse> => {
    const taskId = taskIdOf(params);
    const record = await deps.readStatus(taskId);
    if (record === null) throw new AppError('task_not_found', taskId);
    const [status, accepted, attempts] = await Promise.all([
      describeStatus(deps, taskId, record, true),
      deps.readInput(taskId).catch(() => null),
      deps.readAttempts(taskId),
    ]);
    const { created_at: createdAt, started_at: startedAt, finished_at: finishedAt } = status;
    return {
      status: 200,
      body: {
        ...status,
        input: accepted?.input ?? null,
        attempt_history: attempts.map(({ number, startedAt: began, end = 'unknown', cause = null }) => ({
          attempt: number,
          started_at: began,
          outcome: end,
          error: cause,
        })),
        ...durations({ createdAt: createdAt ?? '', startedAt, finishedAt }, accepted?.input['run_at'], deps.now()),
        files: filesIn(status.result),
        step: accepted?.step ?? null,
        traceparent: accepted?.traceparent ?? null,
      },
    };
  };
}
