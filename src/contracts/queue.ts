import { z } from 'zod';
import { timestamp, warnings } from './answers.ts';
import { number, optional, prose, plainText } from './fields.ts';
import { partHealthSchema } from './health.ts';
import { priority, workType } from './task-fields.ts';

export const LONGEST_REASON = 500;
const SAY_WHY = 'expected a sentence that gives the reason';
const reason = prose(
  plainText(SAY_WHY)
    .trim()
    .pipe(z.string().min(1, SAY_WHY).max(LONGEST_REASON, `expected at most ${LONGEST_REASON} characters`)),
);
const OBJECT = 'expected a JSON object';

/** The fields of the bodies of `pause` and `drain`. */
export const PAUSE_FIELDS: readonly string[] = ['reason'];

const orNone = (body: unknown): unknown => body ?? {};

/** Body of `POST /queue/pause`. Without a body, the reason is missing. */
export const pauseSchema = z.preprocess(orNone, z.object({ reason }, OBJECT));
/** Body of `POST /queue/drain`; optional. */
export const drainSchema = z.preprocess(orNone, z.object({ reason: optional(reason) }, OBJECT));

export const wholeNumber = (most: number) => {
  const expected = `expected a whole number from 0 to ${most}`;
  return number(z.int(expected).min(0, expected).max(most, expected));
};
export const LONGEST_WAIT_SECONDS = 300;
export const MOST_NEXT = 1000;

/** Query of `POST /queue/drain`: how long the answer may take, in seconds. */
export const waitSchema = z.object({
  wait: optional(wholeNumber(LONGEST_WAIT_SECONDS)).transform((value) => value ?? 0),
});
/** Query of `GET /queue`: how many waiting tasks are listed. */
export const queuePageSchema = z.object({ next: optional(wholeNumber(MOST_NEXT)).transform((value) => value ?? 20) });

const documentedReason = z.string().min(1).max(LONGEST_REASON).describe('A sentence for the clients whose tasks wait.');
/** The same bodies for the API reference. */
export const pauseRequest = z.object({ reason: documentedReason }).meta({ id: 'PauseQueue' });
export const drainRequest = z.object({ reason: documentedReason.optional() }).meta({ id: 'DrainQueue' });

/** A pause: no GPU work is handed out. */
export const pauseStateSchema = z
  .strictObject({
    by: z.string().describe('The client that paused the queue.'),
    reason: z.string(),
    since: timestamp.nullable().describe('Null where the Temporal server does not say.'),
  })
  .meta({ id: 'Pause', description: 'A pause: no GPU work is handed out.' });
export type Pause = z.infer<typeof pauseStateSchema>;

/** An estimate in seconds, from a good case to a bad one. */
export const secondsRangeSchema = z
  .strictObject({ min: z.number().min(0), max: z.number().min(0) })
  .meta({ id: 'SecondsRange', description: 'An estimate in seconds, from a good case to a bad one.' });
export type SecondsRange = z.infer<typeof secondsRangeSchema>;

const visibleId = z.guid().nullable().describe('Null for a task of another client, unless the key is an admin.');

/** A task that has the GPU. */
export const runningTaskSchema = z
  .strictObject({
    task_id: visibleId,
    task_type: workType,
    priority,
    started_at: timestamp.nullable().describe('When its first attempt began.'),
    progress: z.number().min(0).max(1),
    phase: z.string(),
    attempts: z.int().min(0),
  })
  .meta({ id: 'RunningTask', description: 'A task that has the GPU.' });
export type RunningTask = z.infer<typeof runningTaskSchema>;

/** A task that waits for its turn. */
export const queuedTaskSchema = z
  .strictObject({
    task_id: visibleId,
    task_type: workType,
    priority,
    created_at: timestamp.nullable().describe('Null for a task of another client.'),
  })
  .meta({ id: 'QueuedTask', description: 'A task that waits for its turn.' });
export type QueuedTask = z.infer<typeof queuedTaskSchema>;

/** The body of `GET /queue`. */
export const queueSchema = z
  .strictObject({
    paused: pauseStateSchema.nullable(),
    running: z.array(runningTaskSchema),
    waiting: z.strictObject({
      count: z.int().min(0),
      by_priority: z.array(z.strictObject({ priority, count: z.int().min(1) })),
      next: z.array(queuedTaskSchema).describe('The next tasks, in order; `?next=` sets how many.'),
      for_engine: z
        .record(z.string(), z.int().min(0))
        .describe('Tasks that are not in line because their engine is away, by engine.'),
    }),
    drain_seconds: secondsRangeSchema
      .nullable()
      .describe('Seconds until all running and waiting tasks have ended; null if unknown.'),
    engines: z.record(z.string(), partHealthSchema),
    gpu_worker: partHealthSchema,
    control_worker: partHealthSchema,
  })
  .meta({ id: 'Queue' });
export type QueueBody = z.infer<typeof queueSchema>;

/** The body of the answers of `POST /queue/pause` and `POST /queue/resume`. */
export const pausedSchema = z
  .strictObject({ paused: pauseStateSchema.nullable().describe('The pause in force; null when there is none.') })
  .meta({ id: 'QueueSwitch' });

/** The body of the answer of `POST /queue/drain`. */
export const drainedSchema = z
  .strictObject({
    drained: z.boolean().describe('Whether no task runs any more.'),
    paused: pauseStateSchema,
    running: z.array(runningTaskSchema).describe('The tasks that still run.'),
    warnings: warnings.optional(),
  })
  .meta({ id: 'Drain' });
