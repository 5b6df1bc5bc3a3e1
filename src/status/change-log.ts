import type { Redis } from 'ioredis';
import { AppError } from '../errors.ts';
import type { TaskChange } from './change-feed.ts';
import { CHANGE_LOG_KEY, CHANGE_LOG_LENGTH } from './queue-keys.ts';

/**
 * The latest changes of all tasks, for clients that reconnect.
 * @throws {AppError} `events_unavailable` if Redis does not answer.
 */
export interface ChangeLog {
  /** The id of the latest change; `0-0` if there is none. */
  latest: () => Promise<string>;
  /** The changes after one; null if some of them are no longer known, or if there are too many. */
  since: (id: string) => Promise<TaskChange[] | null>;
}

/** The latest change while there is none. */
const NONE = '0-0';

/** A client that missed more lists its tasks again. */
export const MOST_REPLAYED = 2000;

const parts = (id: string): [bigint, bigint] | null => {
  const found = /^(\d{1,20})-(\d{1,20})$/.exec(id);
  return found === null ? null : [BigInt(found[1] ?? 0), BigInt(found[2] ?? 0)];
};

/** Whether `a` is not later than `b`. An id that is not valid is not comparable. */
export function isUpTo(a: string, b: string): boolean {
  const [left, right] = [parts(a), parts(b)];
  if (left === null || right === null) return false;
  return left[0] === right[0] ? left[1] <= right[1] : left[0] < right[0];
}

type Entry = [id: string, fields: string[]];

function changeOf([id, fields]: Entry): TaskChange {
  const values: Record<string, string> = {};
  for (let at = 0; at < fields.length; at += 2) values[fields[at] ?? ''] = fields[at + 1] ?? '';
  const { task = '', event, data = '' } = values;
  return { taskId: task, id, movedQueue: false, note: event === undefined ? null : { event, data } };
}

async function read<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new AppError('events_unavailable', undefined, { cause: error });
  }
}

export function createChangeLog(redis: Redis): ChangeLog {
  const oldest = async (): Promise<string | undefined> =>
    (await redis.xrange(CHANGE_LOG_KEY, '-', '+', 'COUNT', 1))[0]?.[0];
  const latest = async (): Promise<string | undefined> =>
    (await redis.xrevrange(CHANGE_LOG_KEY, '+', '-', 'COUNT', 1))[0]?.[0];
  const readSince = async (id: string): Promise<TaskChange[] | null> => {
    const [first, last, length] = await Promise.all([oldest(), latest(), redis.xlen(CHANGE_LOG_KEY)]);
    const isWhole = length < CHANGE_LOG_LENGTH;
    // Redis may have lost the log since.
    if (!isUpTo(isWhole && id === NONE ? NONE : (first ?? ''), id) || !isUpTo(id, last ?? NONE)) return null;
    const entries = await redis.xrange(CHANGE_LOG_KEY, `(${id}`, '+', 'COUNT', MOST_REPLAYED + 1);
    return entries.length > MOST_REPLAYED ? null : entries.map(changeOf);
  };
  return {
    latest: async () => (await read(latest())) ?? NONE,
    since: (id) => read(readSince(id)),
  };
}
