import type { Redis } from 'ioredis';
import { HIGHEST_PRIORITY, type TaskStatus } from '../contracts/names.ts';
import { loadScript } from '../redis/load-script.ts';
import { priorityKey } from '../temporal/priority.ts';
import { CHANGES_CHANNEL, LOST_PHASE, recordKey, RUNNING_KEY, WAITING_KEY } from './queue-keys.ts';
import { recordFrom, toFields } from './record-fields.ts';
import { orderOf, type StatusRecord, type StatusVersion } from './record.ts';

/** The projection of task status in Redis. Every method rejects when Redis does not answer. */
export interface StatusStore {
  /** @returns false if a newer record exists. */
  write(
    taskId: string,
    version: StatusVersion,
    record: Partial<StatusRecord> & { status: TaskStatus },
  ): Promise<boolean>;
  read(taskId: string): Promise<StatusRecord | null>;
  /** Records a new priority, 0–100, of a task that has not ended. @returns false if no such task is recorded. */
  reposition(taskId: string, priority: number, since: Date): Promise<boolean>;
  /**
   * The run of each stored record and whether it is final; null for a task without a record, or one that counts as
   * lost.
   */
  versions(taskIds: readonly string[]): Promise<({ runStartedAt: number; final: boolean } | null)[]>;
}

/**
 * @param ttlMs how long a record is kept after its task has ended.
 * @param priorityLevels the priority levels of the Temporal server, whose order the queue in Redis copies.
 */
export function createStatusStore(
  redis: Redis,
  ttlMs: number,
  priorityLevels: number = HIGHEST_PRIORITY + 1,
): StatusStore {
  const writeStatus = loadScript<0 | 1>(redis, new URL('write-status.lua', import.meta.url));
  const repositionTask = loadScript<0 | 1>(redis, new URL('reposition-task.lua', import.meta.url));
  const keyOf = (priority: number): number => priorityKey(priority, priorityLevels);
  const allKeys = JSON.stringify(Array.from({ length: HIGHEST_PRIORITY + 1 }, (_, priority) => keyOf(priority)));
  const lostPhase = JSON.stringify(LOST_PHASE);
  return {
    async write(taskId, version, record) {
      const { status } = record;
      const queuedAt = status === 'pending' ? (record.queuedAt ?? null) : null;
      const arrival = queuedAt === null ? '' : Date.parse(queuedAt);
      const about = [...orderOf(version, status), ttlMs, taskId, allKeys, arrival, status, lostPhase, CHANGES_CHANNEL];
      const keys = [recordKey(taskId), WAITING_KEY, RUNNING_KEY];
      return (await writeStatus(keys, [...about, ...toFields({ ...record, queuedAt })])) === 1;
    },
    async reposition(taskId, priority, since) {
      const about = [taskId, priority, keyOf(priority), since.getTime(), JSON.stringify(since.toISOString())];
      return (await repositionTask([recordKey(taskId), WAITING_KEY], about)) === 1;
    },
    async read(taskId) {
      return recordFrom(await redis.hgetall(recordKey(taskId)));
    },
    async versions(taskIds) {
      const stored = await Promise.all(taskIds.map((id) => redis.hmget(recordKey(id), 'run', 'final', 'phase')));
      return stored.map(([run, final, phase]) =>
        run == null || phase === lostPhase ? null : { runStartedAt: Number(run), final: final === '1' },
      );
    },
  };
}
