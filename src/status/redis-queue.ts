import type { Redis } from 'ioredis';
import { loadScript } from '../redis/load-script.ts';
import { RECORD_PREFIX, recordKey, RUNNING_KEY, WAITING_KEY } from './queue-keys.ts';
import { recordFrom, valuesIn } from './record-fields.ts';
import type { StatusRecord } from './record.ts';
import type { TaskKind } from './run-times.ts';

type Row = [
  id: string,
  taskType: string | null,
  template: string | null,
  priority: string | null,
  createdAt: string | null,
  client: string | null,
];

export interface QueuedTask extends TaskKind {
  taskId: string;
  priority: number;
  createdAt: string;
  /** The owner; null if unknown. */
  client: string | null;
}

export interface QueueContents {
  /** How many tasks wait, listed or not. */
  count: number;
  waiting: QueuedTask[];
  running: (StatusRecord & { taskId: string })[];
}

/** Reads the queue of tasks that wait for their turn. Every method rejects when its source does not answer. */
export interface QueueReader {
  /** 1 is the next task to run; null for a task that is not in the queue. */
  positionOf(taskId: string): Promise<number | null>;
  read(): Promise<QueueContents>;
}

/** Tasks beyond these are only counted. */
const MOST_LISTED = 10_000;

const parsed = <T>(json: string | null, otherwise: T): T => (json === null ? otherwise : (JSON.parse(json) as T));

function queuedTask([taskId, taskType, template, priority, createdAt, client]: Row): QueuedTask {
  return {
    taskId,
    taskType: parsed<QueuedTask['taskType']>(taskType, 'remotion_render'),
    template: parsed(template, null),
    priority: parsed(priority, 0),
    createdAt: parsed(createdAt, ''),
    client: parsed(client, null),
  };
}

export function createRedisQueue(redis: Redis): QueueReader {
  const listWaiting = loadScript<[count: number, rows: Row[]]>(redis, new URL('list-waiting.lua', import.meta.url));
  const running = async (): Promise<QueueContents['running']> => {
    const records = (await redis.smembers(RUNNING_KEY)).map(async (taskId) => {
      const record = recordFrom(valuesIn(await redis.hgetall(recordKey(taskId))));
      return record?.status === 'processing' ? [{ ...record, taskId }] : [];
    });
    return (await Promise.all(records)).flat();
  };
  return {
    async positionOf(taskId) {
      const rank = await redis.zrank(WAITING_KEY, taskId);
      return rank === null ? null : rank + 1;
    },
    async read() {
      const [[count, rows], inHand] = await Promise.all([
        listWaiting([WAITING_KEY], [MOST_LISTED, RECORD_PREFIX]),
        running(),
      ]);
      return { count, waiting: rows.map(queuedTask), running: inHand };
    },
  };
}

/** The queue in Redis while Redis answers and accepts writes; otherwise the fallback. */
export function createQueueWithFallback(deps: {
  queue: QueueReader;
  fallback: QueueReader;
  /** Why Redis refuses writes, so that its queue is out of date; null while it accepts them. Never rejects. */
  redisWriteRefusal: () => Promise<string | null>;
}): QueueReader {
  const { queue, fallback, redisWriteRefusal } = deps;
  const ask = async <T>(question: (reader: QueueReader) => Promise<T>): Promise<T> =>
    (await redisWriteRefusal()) === null ? question(queue).catch(() => question(fallback)) : question(fallback);
  return {
    positionOf: (taskId) => ask((reader) => reader.positionOf(taskId)),
    read: () => ask((reader) => reader.read()),
  };
}
