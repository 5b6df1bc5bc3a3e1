import type { SecondsRange } from '../../contracts/queue.ts';
import { cached } from '../../status/cached.ts';
import type { StatusRecord } from '../../status/record.ts';
import type { WaitForecast } from '../../status/wait-forecast.ts';

export interface QueueViewDeps {
  forecast: Pick<WaitForecast, 'ofQueue'>;
  /** A task's record; null if no task has this id. @throws {AppError} `status_unavailable` */
  readStatus: (taskId: string) => Promise<StatusRecord | null>;
}

/** A task that waits for its turn. */
export interface WaitingTask {
  taskId: string;
  position: number;
  eta: SecondsRange | null;
  record: StatusRecord;
}

/** Tasks further behind have no positions in events; their own streams and statuses have them. */
const MOST_VIEWED = 1000;
/** All streams share one reading. */
const FRESH_MS = 500;

const rounded = (eta: SecondsRange | null): SecondsRange | null =>
  eta && { min: Math.round(eta.min), max: Math.round(eta.max) };

/** The beginning of the queue with the records of its tasks. @throws when Temporal does not answer. */
export function createQueueView({ forecast, readStatus }: QueueViewDeps): () => Promise<WaitingTask[]> {
  /** What the filters of streams need stays the same while a task waits. */
  let known = new Map<string, StatusRecord>();
  const view = cached(async () => {
    const { waiting, starts } = await forecast.ofQueue();
    const first = waiting.slice(0, MOST_VIEWED);
    const records = await Promise.all(
      first.map(async ({ taskId }) => known.get(taskId) ?? (await readStatus(taskId).catch(() => null))),
    );
    known = new Map(records.flatMap((record, at) => (record === null ? [] : [[first[at]?.taskId ?? '', record]])));
    return first.flatMap(({ taskId }, at) => {
      const record = known.get(taskId);
      return record === undefined ? [] : [{ taskId, position: at + 1, eta: rounded(starts[at] ?? null), record }];
    });
  }, FRESH_MS);
  return () => view.get();
}
