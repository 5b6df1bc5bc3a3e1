import { setTimeout as delay } from 'node:timers/promises';
import { fieldErrors } from '../../contracts/fields.ts';
import { misspeltFields } from '../../contracts/misplaced-fields.ts';
import { drainSchema, PAUSE_FIELDS, waitSchema, type Pause } from '../../contracts/queue.ts';
import { AppError, messageOf } from '../../errors.ts';
import type { StatusRecord } from '../../status/record.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import type { PauseQueueDeps } from './pause-queue.ts';
import { runningTask } from './running-task.ts';

export interface DrainQueueDeps extends PauseQueueDeps {
  /** The present pause. */
  readPause: () => Promise<Pause | null>;
  /** The ids of all running tasks. @throws if they are unknown. */
  listRunning: () => Promise<string[]>;
  readStatus: (taskId: string) => Promise<StatusRecord | null>;
}

const LOOK_EVERY_MS = 250;
/** After this time, tasks that were handed out at the moment of the pause show as running. */
const SETTLED_MS = 2000;

const cannotKnow = (error: unknown): never => {
  throw error instanceof AppError ? error : new AppError('operation_unavailable', messageOf(error), { cause: error });
};

/** Waits until no task runs and no more can start, or until the time is over. @returns the running tasks. */
async function waitUntilIdle(deps: DrainQueueDeps, settled: number, until: number): Promise<string[]> {
  for (;;) {
    const running = await deps.listRunning();
    const now = Date.now();
    if (now >= settled && (running.length === 0 || now >= until)) return running;
    await delay(Math.max(1, Math.min(LOOK_EVERY_MS, Math.max(until, settled) - now)));
  }
}

/** `POST /queue/drain?wait=30`: pauses, and answers 200 when no task runs, otherwise 202 with the running tasks. */
export function createDrainQueue(deps: DrainQueueDeps) {
  return async ({ body, query, client }: ApiRequest): Promise<ApiResponse> => {
    const [asked, limit] = [drainSchema.safeParse(body), waitSchema.safeParse(query)];
    const errors = [asked, limit].flatMap((one) => (one.success ? [] : fieldErrors(one.error)));
    const warnings = [...misspeltFields(body, PAUSE_FIELDS), ...misspeltFields(query, Object.keys(waitSchema.shape))];
    if (!asked.success || !limit.success) throw refusal(errors, undefined, warnings);
    const before = await deps.readPause().catch(cannotKnow);
    const begun = Date.now();
    const paused = before ?? (await deps.pauseQueue({ by: client, reason: asked.data.reason ?? 'drained' }));
    if (before === null) deps.logger.warn(`⏸️ Queue paused by ${paused.by}: ${paused.reason}`);
    const wasPausedMs = before?.since == null ? 0 : Math.max(0, begun - Date.parse(before.since));
    const settled = begun + Math.max(0, SETTLED_MS - wasPausedMs);
    const ids = await waitUntilIdle(deps, settled, begun + limit.data.wait * 1000).catch(cannotKnow);
    const running = await Promise.all(
      ids.map(async (taskId) => {
        const record = await deps.readStatus(taskId);
        return record === null ? [] : [runningTask(taskId, record)];
      }),
    );
    return {
      status: ids.length === 0 ? 200 : 202,
      body: {
        drained: ids.length === 0,
        paused,
        running: running.flat(),
        ...(warnings.length > 0 ? { warnings } : {}),
      },
    };
  };
}
