import type { Redis } from 'ioredis';
import { loadScript } from '../redis/load-script.ts';
import { RECORD_PREFIX, recordKey, RUNNING_KEY, WAITING_KEY } from './queue-keys.ts';
import { recordFrom } from './record-fields.ts';
import type { StatusRecord } from './record.ts';
import type { TaskKind } from './run-times.ts';

type Row = [
  id: string,
  taskType: string | null,
  template: string | null,
  priority: string | null,
  createdAt: string | null,
];

export interface QueuedTask extends TaskKind {
  taskId: string;
  priority: number;
  createdAt: string;
}

export interface Line {
  /** All that wait, however many of them are listed. */
  count: number;
  waiting: QueuedTask[];
  running: (StatusRecord & { taskId: string })[];
}

/** The tasks that wait for their turn, in the order in which it comes. Every method rejects when Redis does not answer. */
export interface QueueReader {
  /** 1 is the next one to run; null for a task that is not in line. */
  positionOf(taskId: string): Promise<number | null>;
  look(): Promise<Line>;
}

/** As many as are looked at one by one; more are only counted. */
const MOST_LISTED = 10_000;

const parsed = <T>(json: string | null, otherwise: T): T => (json === null ? otherwise : (JSON.parse(json) as T));

function inLine([taskId, taskType, template, priority, createdAt]: Row): QueuedTask {
  return {
    taskId,
    taskType: parsed<QueuedTask['taskType']>(taskType, 'remotion_render'),
    template: parsed(template, null),
    priority: parsed(priority, 0),
    createdAt: parsed(createdAt, ''),
  };
}

export function createRedisQueue(redis: Redis): QueueReader {
  const listWaiting = loadScript<[count: number, rows: Row[]]>(redis, new URL('list-waiting.lua', import.meta.url));
  const running = async (): Promise<Line['running']> => {
    const records = (await redis.smembers(RUNNING_KEY)).map(async (taskId) => {
      const record = recordFrom(await redis.hgetall(recordKey(taskId)));
      return record?.status === 'processing' ? [{ ...record, taskId }] : [];
    });
    return (await Promise.all(records)).flat();
  };
  return {
    async positionOf(taskId) {
      const rank = await redis.zrank(WAITING_KEY, taskId);
      return rank === null ? null : rank + 1;
    },
    async look() {
      const [[count, rows], inHand] = await Promise.all([
        listWaiting([WAITING_KEY], [MOST_LISTED, RECORD_PREFIX]),
        running(),
      ]);
      return { count, waiting: rows.map(inLine), running: inHand };
    },
  };
}

/** The line in Redis where that is there and takes writes, otherwise another one. */
export function createQueueWithFallback(deps: {
  line: QueueReader;
  standIn: QueueReader;
  /** Why Redis takes no writes, so that its line is behind; null where it does. Never rejects. */
  writesRefused: () => Promise<string | null>;
}): QueueReader {
  const read = async <T>(look: (line: QueueReader) => Promise<T>): Promise<T> =>
    (await deps.writesRefused()) === null ? look(deps.line).catch(() => look(deps.standIn)) : look(deps.standIn);
  return {
    positionOf: (taskId) => read((line) => line.positionOf(taskId)),
    look: () => read((line) => line.look()),
  };
}
