import { createHash } from 'node:crypto';
import type { TaskStatusBody } from '../../contracts/task-status.ts';
import type { StatusRecord } from '../../status/record.ts';
import { describeStatus, type LookAhead } from '../handlers/task-status.ts';

export interface StatusTellerDeps extends LookAhead {
  /** A task's record; null if no task has this id. @throws {AppError} `status_unavailable` */
  readStatus: (taskId: string) => Promise<StatusRecord | null>;
}

/** A status as streams send it. */
export interface ToldStatus {
  record: StatusRecord;
  body: TaskStatusBody;
  /** The body with `step`, as JSON. */
  data: string;
  /** Equal for equal data. */
  hash: string;
}

/** Reads statuses for all streams together: of many streams that follow one task, one reads it after a change. */
export interface StatusTeller {
  /** @returns null if no task has this id. @throws {AppError} `status_unavailable` */
  tell: (taskId: string) => Promise<ToldStatus | null>;
  /** Makes the next `tell` read again. */
  forget: (taskId: string) => void;
}

/** In the meantime nothing tells the API of a change, such as a pause of the queue. */
const FRESH_MS = 1000;

export function createStatusTeller(
  deps: StatusTellerDeps,
  clock: () => number = () => performance.now(),
): StatusTeller {
  const kept = new Map<string, { told: Promise<ToldStatus | null>; until: number }>();
  const read = async (taskId: string): Promise<ToldStatus | null> => {
    const record = await deps.readStatus(taskId);
    if (record === null) return null;
    const body = await describeStatus(deps, taskId, record);
    const data = JSON.stringify({ ...body, step: record.step ?? null });
    return { record, body, data, hash: createHash('sha256').update(data).digest('base64url').slice(0, 16) };
  };
  const dropOld = (): void => {
    for (const [taskId, { until }] of kept) {
      if (until > clock()) return;
      kept.delete(taskId);
    }
  };
  return {
    tell(taskId) {
      dropOld();
      const found = kept.get(taskId);
      if (found !== undefined) return found.told;
      const told = read(taskId);
      kept.set(taskId, { told, until: clock() + FRESH_MS });
      told.catch(() => {
        if (kept.get(taskId)?.told === told) kept.delete(taskId);
      });
      return told;
    },
    forget: (taskId) => void kept.delete(taskId),
  };
}
