import { z } from 'zod';
import { number, optional, prose, plainText } from './fields.ts';
import type { WorkType } from './names.ts';
import type { PartHealth } from './health.ts';

export const LONGEST_REASON = 500;
const SAY_WHY = 'expected a sentence that gives the reason';
const reason = prose(
  plainText(SAY_WHY).trim().min(1, SAY_WHY).max(LONGEST_REASON, `expected at most ${LONGEST_REASON} characters`),
);
const OBJECT = 'expected a JSON object';

/** The fields of the bodies of `pause` and `drain`. */
export const PAUSE_FIELDS: readonly string[] = ['reason'];

const orNone = (body: unknown): unknown => body ?? {};

/** Body of `POST /queue/pause`. Without a body, the reason is missing. */
export const pauseSchema = z.preprocess(orNone, z.object({ reason }, OBJECT));
/** Body of `POST /queue/drain`, which may be left out. */
export const drainSchema = z.preprocess(orNone, z.object({ reason: optional(reason) }, OBJECT));

const wholeNumber = (most: number) => {
  const expected = `expected a whole number from 0 to ${most}`;
  return number(z.number(expected).refine((value) => Number.isInteger(value) && value >= 0 && value <= most, expected));
};
export const LONGEST_WAIT_SECONDS = 300;
export const MOST_NEXT = 1000;

/** Query of `POST /queue/drain`: how long the answer may take, in seconds. */
export const waitSchema = z.object({
  wait: optional(wholeNumber(LONGEST_WAIT_SECONDS)).transform((value) => value ?? 0),
});
/** Query of `GET /queue`: how many waiting tasks are listed. */
export const queuePageSchema = z.object({ next: optional(wholeNumber(MOST_NEXT)).transform((value) => value ?? 20) });

/** A pause: no GPU work is handed out. */
export interface Pause {
  by: string;
  reason: string;
  /** ISO 8601 in UTC; null where the server does not say. */
  since: string | null;
}

/** An estimate in seconds, from a good case to a bad one. */
export interface SecondsRange {
  min: number;
  max: number;
}

/** A task that has the GPU. */
export interface RunningTask {
  task_id: string;
  task_type: WorkType;
  priority: number;
  /** When its first attempt began. */
  started_at: string | null;
  /** 0–1 */
  progress: number;
  phase: string;
  attempts: number;
}

/** A task that waits for its turn. */
export interface QueuedTask {
  task_id: string;
  task_type: WorkType;
  priority: number;
  created_at: string;
}

/** The body of `GET /queue`. */
export interface QueueBody {
  paused: Pause | null;
  running: RunningTask[];
  waiting: {
    count: number;
    by_priority: { priority: number; count: number }[];
    /** The next tasks, in order. */
    next: QueuedTask[];
    /** Tasks that are not in line because their engine is away. */
    for_engine: Record<string, number>;
  };
  /** Seconds until all running and waiting tasks have ended; null if unknown. */
  drain_seconds: SecondsRange | null;
  engines: Record<string, PartHealth>;
  gpu_worker: PartHealth;
  control_worker: PartHealth;
}
