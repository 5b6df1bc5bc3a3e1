import type { Redis } from 'ioredis';
import { HIGHEST_PRIORITY, type TaskStatus } from '../contracts/names.ts';
import { loadScript } from '../redis/load-script.ts';
import { priorityKey } from '../temporal/priority.ts';
import {
  CHANGE_LOG_KEY,
  CHANGE_LOG_LENGTH,
  CHANGES_CHANNEL,
  LOST_PHASE,
  recordKey,
  RUNNING_KEY,
  TOTALS_KEY,
  WAITING_KEY,
} from './queue-keys.ts';
import { recordFrom, toFields, valuesIn } from './record-fields.ts';
import { orderOf, type StatusRecord, type StatusVersion } from './record.ts';
import { CLASSES, countedEnd } from './task-totals.ts';

/** The projection of task status in Redis. Every method rejects when Redis does not answer. */
export interface StatusStore {
  /** @returns false if a newer record exists. */
  write(
    taskId: string,
    version: StatusVersion,
    record: Partial<StatusRecord> & { status: TaskStatus },
  ): Promise<boolean>;
  /** With `position`. */
  read(taskId: string): Promise<StatusRecord | null>;
  /** The same with the start of its run in ms since 1970, 0 if it is not known; without a record for a deleted task. */
  readRun(taskId: string): Promise<{ record: StatusRecord | null; runStartedAt: number } | null>;
  /**
   * Deletes the record of a task with its runs up to one. Temporal deletes the runs some seconds later; until then,
   * records of these runs are refused.
   * @param runStartedAt the start of the last of them, in ms since 1970.
   */
  remove(taskId: string, runStartedAt: number): Promise<void>;
  /** When the last deleted run of a task started, in ms since 1970; null for a task that was not deleted recently. */
  deletedRun(taskId: string): Promise<number | null>;
  /** Records a new priority, 0–100, of a task that has not ended. @returns false if no such task is recorded. */
  reposition(taskId: string, priority: number, since: Date): Promise<boolean>;
  /**
   * The run of each stored record and whether it is final; null for a task without a record, or one that counts as
   * lost.
   */
  versions(taskIds: readonly string[]): Promise<({ runStartedAt: number; final: boolean } | null)[]>;
}

/** The version of a deleted task: later than the end of its last run. */
const DELETED = '2';
/** Temporal needs about ten seconds to delete a run. */
const DELETED_MS = 600_000;

/**
 * @param ttlMs how long a record is kept after its task has ended.
 * @param priorityLevels the priority levels of the Temporal server, whose order the queue in Redis copies.
 * @param clock ms since 1970.
 */
export function createStatusStore(
  redis: Redis,
  ttlMs: number,
  priorityLevels: number = HIGHEST_PRIORITY + 1,
  clock: () => number = Date.now,
): StatusStore {
  const readStatus = loadScript<[json: string, before: number | null]>(
    redis,
    new URL('read-status.lua', import.meta.url),
  );
  const writeStatus = loadScript<0 | 1>(redis, new URL('write-status.lua', import.meta.url));
  const repositionTask = loadScript<0 | 1>(redis, new URL('reposition-task.lua', import.meta.url));
  const keyOf = (priority: number): number => priorityKey(priority, priorityLevels);
  const allKeys = JSON.stringify(Array.from({ length: HIGHEST_PRIORITY + 1 }, (_, priority) => keyOf(priority)));
  const lostPhase = JSON.stringify(LOST_PHASE);
  const change = [CHANGES_CHANNEL, CHANGE_LOG_LENGTH];
  const classes = JSON.stringify(CLASSES);
  return {
    async write(taskId, version, record) {
      const { status } = record;
      const queuedAt = status === 'pending' ? (record.queuedAt ?? null) : null;
      const arrival = queuedAt === null ? '' : Date.parse(queuedAt);
      const now = clock();
      const totals = [now, ...countedEnd(record, now), classes];
      const about = [...orderOf(version, status), ttlMs, taskId, allKeys, arrival, status, lostPhase, ...change];
      const keys = [recordKey(taskId), WAITING_KEY, RUNNING_KEY, CHANGE_LOG_KEY, TOTALS_KEY];
      return (await writeStatus(keys, [...about, ...totals, ...toFields({ ...record, queuedAt })])) === 1;
    },
    async reposition(taskId, priority, since) {
      const place = [keyOf(priority), since.getTime(), JSON.stringify(since.toISOString())];
      const keys = [recordKey(taskId), WAITING_KEY, CHANGE_LOG_KEY];
      return (await repositionTask(keys, [taskId, priority, ...place, ...change])) === 1;
    },
    async read(taskId) {
      const [json, before] = await readStatus([recordKey(taskId), WAITING_KEY], [taskId]);
      const record = recordFrom(JSON.parse(json) as Record<string, unknown>);
      return record === null ? null : { ...record, position: before === null ? null : before + 1 };
    },
    async readRun(taskId) {
      const fields = await redis.hgetall(recordKey(taskId));
      const record = recordFrom(valuesIn(fields));
      const isDeleted = fields['final'] === DELETED;
      return record === null && !isDeleted ? null : { record, runStartedAt: Number(fields['run'] ?? 0) };
    },
    async remove(taskId, runStartedAt) {
      const key = recordKey(taskId);
      await redis
        .multi()
        .del(key)
        .hset(key, { run: runStartedAt, final: DELETED, attempt: 0, started: 0 })
        .pexpire(key, DELETED_MS)
        .zrem(WAITING_KEY, taskId)
        .srem(RUNNING_KEY, taskId)
        .exec();
    },
    async deletedRun(taskId) {
      const [run, final] = await redis.hmget(recordKey(taskId), 'run', 'final');
      return final === DELETED ? Number(run) : null;
    },
    async versions(taskIds) {
      const stored = await Promise.all(taskIds.map((id) => redis.hmget(recordKey(id), 'run', 'final', 'phase')));
      return stored.map(([run, final, phase]) =>
        run == null || phase === lostPhase ? null : { runStartedAt: Number(run), final: final !== '0' },
      );
    },
  };
}
