import type { Redis } from 'ioredis';
import { DAY_MS, type WorkType } from '../contracts/names.ts';
import type { SecondsRange } from '../contracts/queue.ts';
import { usualSeconds } from './run-estimate.ts';

/** Only this many of the latest runs are kept. */
const RUNS_KEPT = 20;
/** Keys of unused templates expire. */
const FORGOTTEN_MS = 90 * DAY_MS;

/** The known facts that determine how long a task takes. */
export interface TaskKind {
  taskType: WorkType;
  /** The template of a `comfyui` task; null for all others. */
  template: string | null;
}

const keyOf = (name: string): string => `run-times:${name}`;
export const kindName = ({ taskType, template }: TaskKind): string =>
  template === null ? taskType : `${taskType}:${template}`;

/** How long the latest runs of each type and template took. Every method rejects when Redis does not answer. */
export interface RunTimes {
  note(kind: TaskKind, seconds: number): Promise<void>;
  /**
   * The usual times by the name of each kind: from runs of its template if there are any, otherwise from runs of its
   * type.
   */
  usual(kinds: readonly TaskKind[]): Promise<Map<string, SecondsRange | null>>;
}

export function createRunTimes(redis: Redis): RunTimes {
  const read = async (name: string): Promise<SecondsRange | null> =>
    usualSeconds((await redis.lrange(keyOf(name), 0, -1)).map(Number));
  return {
    async note(kind, seconds) {
      const names = new Set([kind.taskType, kindName(kind)]);
      const changes = redis.multi();
      for (const name of names)
        changes
          .lpush(keyOf(name), seconds.toFixed(3))
          .ltrim(keyOf(name), 0, RUNS_KEPT - 1)
          .pexpire(keyOf(name), FORGOTTEN_MS);
      await changes.exec();
    },
    async usual(kinds) {
      const distinct = new Map(kinds.map((kind) => [kindName(kind), kind]));
      const ranges = [...distinct].map(
        async ([name, { taskType }]) => [name, (await read(name)) ?? (await read(taskType))] as const,
      );
      return new Map(await Promise.all(ranges));
    },
  };
}
