import type { Redis } from 'ioredis';
import { isWorkType, type WorkType } from '../contracts/names.ts';
import { loadScript } from '../redis/load-script.ts';
import { RECORD_PREFIX, RUNNING_KEY, TOTALS_KEY, WAITING_KEY } from './queue-keys.ts';
import { type Band, BANDS, type Delivery, type TaskTotals, totalsFrom } from './task-totals.ts';

/** What waits and what runs now. */
export interface TaskCounts {
  waiting: { taskType: WorkType; band: Band; count: number; oldest: Date }[];
  running: { taskType: WorkType; count: number }[];
}

/** The numbers for monitoring in Redis. Every method rejects when Redis does not answer. */
export interface TaskNumbers {
  totals(): Promise<TaskTotals>;
  counts(): Promise<TaskCounts>;
  /** Adds the outcome of a try to deliver a webhook to the totals. */
  noteDelivery(delivery: Delivery): Promise<void>;
}

const typeOf = (json: string | null): WorkType | undefined => {
  const type = json === null ? '' : (JSON.parse(json) as string);
  return isWorkType(type) ? type : undefined;
};

export function createTaskNumbers(redis: Redis): TaskNumbers {
  const countTasks = loadScript<
    [
      waiting: [type: string | null, band: number, count: number, oldest: string][],
      running: [type: string | null, count: number][],
    ]
  >(redis, new URL('count-tasks.lua', import.meta.url));
  return {
    totals: async () => totalsFrom(await redis.hgetall(TOTALS_KEY)),
    async counts() {
      const [waiting, running] = await countTasks([WAITING_KEY, RUNNING_KEY], [RECORD_PREFIX]);
      return {
        waiting: waiting.flatMap(([json, place, count, oldest]) => {
          const [taskType, band] = [typeOf(json), BANDS[place]];
          return taskType === undefined || band === undefined
            ? []
            : [{ taskType, band, count, oldest: new Date(Number(oldest)) }];
        }),
        running: running.flatMap(([json, count]) => {
          const taskType = typeOf(json);
          return taskType === undefined ? [] : [{ taskType, count }];
        }),
      };
    },
    async noteDelivery(delivery) {
      await redis.hincrby(TOTALS_KEY, `webhook:${delivery}`, 1);
    },
  };
}
