import type { Redis, Result } from 'ioredis';
import { HIGHEST_PRIORITY, type TaskStatus } from '../contracts/names.ts';
import { LOST_PHASE, PLACE_FUNCTION, recordKey, RUNNING_KEY, WAITING_KEY } from './queue-keys.ts';
import { recordFrom, toFields } from './record-fields.ts';
import { orderOf, type StatusRecord, type StatusVersion } from './record.ts';

/**
 * Writes a record unless a newer one stands there, and the task's place in line with it: one atomic step, so that a late
 * writer never takes a task back. A later run begins a new record. Fields that a write leaves out stay as they are within
 * the run. A real status replaces a loss, whatever its version. Left as they are, too, are the priority, which only `reposition` changes, and the place of a task that is in line.
 */
const WRITE_SCRIPT = `${PLACE_FUNCTION}
local record, waiting, running = KEYS[1], KEYS[2], KEYS[3]
local id, levels, arrival, status = ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8]), ARGV[9]
local old = redis.call('HMGET', record, 'run', 'final', 'attempt', 'started')
local new = {}
for i = 1, 4 do new[i] = tonumber(ARGV[i]) end
local lost = redis.call('HGET', record, 'phase') == '"${LOST_PHASE}"'
if lost then redis.call('HDEL', record, 'result', 'finishedAt')
elseif old[1] then
  for i = 1, 4 do
    local stored = tonumber(old[i])
    if new[i] > stored then break end
    if new[i] < stored then return 0 end
  end
  if new[1] > tonumber(old[1]) and tonumber(old[1]) > 0 then redis.call('DEL', record) end
end
local same_stay = old[1] and tonumber(old[3]) == new[3] and (tonumber(old[1]) == 0 or tonumber(old[1]) == new[1])
local keeps_place = arrival and same_stay and redis.call('ZSCORE', waiting, id)
redis.call('HSET', record, 'run', ARGV[1], 'final', ARGV[2], 'attempt', ARGV[3], 'started', ARGV[4])
for i = 10, #ARGV, 2 do
  if not (keeps_place and ARGV[i] == 'queuedAt') then
    redis.call(ARGV[i] == 'priority' and 'HSETNX' or 'HSET', record, ARGV[i], ARGV[i + 1])
  end
end
if tonumber(ARGV[2]) == 1 then redis.call('PEXPIRE', record, ARGV[5]) else redis.call('PERSIST', record) end
if not arrival then redis.call('ZREM', waiting, id)
elseif not keeps_place then place(waiting, record, id, levels, arrival) end
redis.call(status == 'processing' and 'SADD' or 'SREM', running, id)
return 1
`;

/** Changes the priority of a task that has not ended; one in line goes behind those that have that priority already. */
const REPOSITION_SCRIPT = `${PLACE_FUNCTION}
local record, waiting = KEYS[1], KEYS[2]
local id, levels, arrival, priority, queued_at = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]
if redis.call('HGET', record, 'final') ~= '0' then return 0 end
redis.call('HSET', record, 'priority', priority)
if redis.call('ZSCORE', waiting, id) then
  redis.call('HSET', record, 'queuedAt', queued_at)
  place(waiting, record, id, levels, arrival)
end
return 1
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    writeTaskStatus(
      record: string,
      waiting: string,
      running: string,
      ...args: (string | number)[]
    ): Result<number, Context>;
    repositionTask(record: string, waiting: string, ...args: (string | number)[]): Result<number, Context>;
  }
}

/** The projection of task status in Redis. Every method rejects when Redis does not answer. */
export interface StatusStore {
  /** @returns false when a newer record stands there already. */
  write(
    taskId: string,
    version: StatusVersion,
    record: Partial<StatusRecord> & { status: TaskStatus },
  ): Promise<boolean>;
  read(taskId: string): Promise<StatusRecord | null>;
  /** Notes another priority, 0–100, of a task that has not ended. @returns false when no such task is recorded. */
  reposition(taskId: string, priority: number, since: Date): Promise<boolean>;
  /** The version of each stored record and whether it is final; null where there is none, and of a task that counts as lost. */
  versions(taskIds: readonly string[]): Promise<({ runStartedAt: number; final: boolean } | null)[]>;
}

/**
 * @param ttlMs how long a record outlives the end of its task; until then it stays.
 * @param priorityLevels of the Temporal server, whose order the line in Redis repeats.
 */
export function createStatusStore(
  redis: Redis,
  ttlMs: number,
  priorityLevels: number = HIGHEST_PRIORITY + 1,
): StatusStore {
  redis.defineCommand('writeTaskStatus', { numberOfKeys: 3, lua: WRITE_SCRIPT });
  redis.defineCommand('repositionTask', { numberOfKeys: 2, lua: REPOSITION_SCRIPT });
  return {
    async write(taskId, version, record) {
      const { status } = record;
      const queuedAt = status === 'pending' ? (record.queuedAt ?? null) : null;
      const arrival = queuedAt === null ? '' : Date.parse(queuedAt);
      const about = [...orderOf(version, status), ttlMs, taskId, priorityLevels, arrival, status];
      const keys = [recordKey(taskId), WAITING_KEY, RUNNING_KEY] as const;
      return (await redis.writeTaskStatus(...keys, ...about, ...toFields({ ...record, queuedAt }))) === 1;
    },
    async reposition(taskId, priority, since) {
      const about = [taskId, priorityLevels, since.getTime(), priority, JSON.stringify(since.toISOString())];
      return (await redis.repositionTask(recordKey(taskId), WAITING_KEY, ...about)) === 1;
    },
    async read(taskId) {
      return recordFrom(await redis.hgetall(recordKey(taskId)));
    },
    async versions(taskIds) {
      const stored = await Promise.all(taskIds.map((id) => redis.hmget(recordKey(id), 'run', 'final', 'phase')));
      return stored.map(([run, final, phase]) =>
        run == null || phase === JSON.stringify(LOST_PHASE)
          ? null
          : { runStartedAt: Number(run), final: final === '1' },
      );
    },
  };
}
