import type { Redis, Result } from 'ioredis';
import type { TaskStatus, TaskType } from '../contracts/names.ts';
import { orderOf, type StatusRecord, type StatusVersion } from './record.ts';

/**
 * Writes a record unless a newer one stands there: one atomic step, so that a late writer never takes a task back.
 * A later run begins a new record. Fields that a write leaves out stay as they are within the run.
 */
const WRITE_SCRIPT = `
local old = redis.call('HMGET', KEYS[1], 'run', 'final', 'attempt', 'started')
local new = {}
for i = 1, 4 do new[i] = tonumber(ARGV[i]) end
if old[1] then
  for i = 1, 4 do
    local stored = tonumber(old[i])
    if new[i] > stored then break end
    if new[i] < stored then return 0 end
  end
  if new[1] > tonumber(old[1]) and tonumber(old[1]) > 0 then redis.call('DEL', KEYS[1]) end
end
redis.call('HSET', KEYS[1], 'run', ARGV[1], 'final', ARGV[2], 'attempt', ARGV[3], 'started', ARGV[4], unpack(ARGV, 6))
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    writeTaskStatus(key: string, ...args: (string | number)[]): Result<number, Context>;
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
  /** The version of each stored record and whether it is final; null where there is none. */
  versions(taskIds: readonly string[]): Promise<({ runStartedAt: number; final: boolean } | null)[]>;
}

const KEY_PREFIX = 'task:';
const keyOf = (taskId: string): string => `${KEY_PREFIX}${taskId}`;

function toFields(record: Partial<StatusRecord>): string[] {
  return Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [name, JSON.stringify(value)]);
}

function fromFields(fields: Record<string, string>): StatusRecord | null {
  const value = <K extends keyof StatusRecord>(name: K, otherwise: StatusRecord[K]): StatusRecord[K] =>
    fields[name] === undefined ? otherwise : (JSON.parse(fields[name]) as StatusRecord[K]);
  if (fields['status'] === undefined || fields['taskType'] === undefined || fields['createdAt'] === undefined)
    return null;
  return {
    taskType: value('taskType', 'remotion_render' satisfies TaskType),
    priority: value('priority', 0),
    status: value('status', 'pending'),
    result: value('result', null),
    createdAt: value('createdAt', ''),
    startedAt: value('startedAt', null),
    finishedAt: value('finishedAt', null),
    progress: value('progress', 0),
    phase: value('phase', ''),
    attempts: value('attempts', 0),
    waiting: value('waiting', null),
  };
}

/** @param ttlMs how long a record outlives its last write. */
export function createStatusStore(redis: Redis, ttlMs: number): StatusStore {
  redis.defineCommand('writeTaskStatus', { numberOfKeys: 1, lua: WRITE_SCRIPT });
  return {
    async write(taskId, version, record) {
      return (
        (await redis.writeTaskStatus(keyOf(taskId), ...orderOf(version, record.status), ttlMs, ...toFields(record))) ===
        1
      );
    },
    async read(taskId) {
      return fromFields(await redis.hgetall(keyOf(taskId)));
    },
    async versions(taskIds) {
      const stored = await Promise.all(taskIds.map((id) => redis.hmget(keyOf(id), 'run', 'final')));
      return stored.map(([run, final]) => (run == null ? null : { runStartedAt: Number(run), final: final === '1' }));
    },
  };
}
