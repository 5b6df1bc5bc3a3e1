import { z } from 'zod';
import type { TaskKinds } from './engines.ts';
import { labelFields, type TaskLabels } from './labels.ts';
import { choice, list, number, optional, prose, plainText } from './fields.ts';
import { textInstead } from './text-instead.ts';
import { taskWebhookFields } from './webhook-fields.ts';
import { DEFAULT_PRIORITY, HIGHEST_PRIORITY, LONGEST_SECONDS, TASK_TYPES, type TaskType } from './names.ts';

const WHOLE = 'expected a whole number from 0 to 100';
const wholeNumber = number(z.number(WHOLE).refine(Number.isInteger, WHOLE));
/** A value out of range is clamped, not refused. */
const clamp = (priority: number): number => Math.min(HIGHEST_PRIORITY, Math.max(0, priority));

const SECONDS = `expected a number of seconds above 0, at most ${LONGEST_SECONDS}`;
const seconds = optional(number(z.number(SECONDS).refine((value) => value > 0 && value <= LONGEST_SECONDS, SECONDS)));

const TAG = 'expected a name of 1 to 100 letters, digits, spaces and _ . : @ / + -';

export const LONGEST_IDEMPOTENCY_KEY = 255;
const KEY = `expected a text of 1 to ${LONGEST_IDEMPOTENCY_KEY} characters without control characters`;
/** Identifies a submission, so that it can be repeated without a second task. */
export const idempotencyKeySchema = optional(
  prose(
    plainText(KEY)
      .trim()
      .regex(new RegExp(`^\\P{Control}{1,${LONGEST_IDEMPOTENCY_KEY}}$`, 'u'), KEY),
  ),
);

export const timeoutsSchema = z.object(
  { queue_seconds: seconds, run_seconds: seconds },
  { error: ({ input }) => `expected an object with queue_seconds, run_seconds${textInstead(input)}` },
);

/** The part of `POST /submit_task` that all task types share. */
export const envelopeSchema = z.object(
  {
    task_type: choice(TASK_TYPES),
    priority: optional(wholeNumber).transform((value) => clamp(value ?? DEFAULT_PRIORITY)),
    /** Longest time in the queue, and longest run of one attempt. */
    timeouts: optional(timeoutsSchema),
    /** The client that the task belongs to, for clients that share the queue. */
    client: optional(
      prose(
        plainText(TAG)
          .trim()
          .regex(/^[\p{L}\p{N} _.:@/+-]{1,100}$/u, TAG),
      ),
    ),
    /** For clients that cannot set the header `Idempotency-Key`. */
    idempotency_key: idempotencyKeySchema,
    ...labelFields,
    ...taskWebhookFields,
    payload: z.record(z.string(), z.unknown(), { error: ({ input }) => `expected an object${textInstead(input)}` }),
  },
  'expected a JSON object',
);

export const MOST_SUBMITTED = 200;
const LIST = `expected a list of 1 to ${MOST_SUBMITTED} tasks`;

/** The body of `POST /submit_tasks`, whose items are checked one by one. */
export const tasksSchema = z.object(
  { tasks: list(z.unknown(), MOST_SUBMITTED, LIST).refine((tasks) => tasks.length > 0, LIST) },
  'expected a JSON object',
);

/** `PATCH /tasks/{task_id}` */
export const taskChangeSchema = z.object({ priority: wholeNumber.transform(clamp) }, 'expected a JSON object');

/** The place of a task in its pipeline. */
export interface StepOf {
  pipelineId: string;
  step: string;
  /** Its index in the list of `for_each`, from 0; null without `for_each`. */
  index: number | null;
  /** The hash of its payload with all values filled in. While it stays the same, a finished task need not run again. */
  payloadHash: string;
}

/** The input of all tasks, whatever their type. */
export interface TaskEnvelope {
  taskType: TaskType;
  /** 0–100, higher first. */
  priority: number;
  /** One line for the Web UI that describes the result. */
  summary: string;
  /** When the API accepted it, ISO 8601 in UTC. Unlike the start of a run, it survives resets. */
  acceptedAt: string;
  gpuQueue: string;
  /** Longest run of one attempt. */
  runSeconds: number;
  /** Longest time in the queue, including waits for the engine; absent: no limit. */
  queueSeconds?: number;
  /** Set if the task is a step of a pipeline. */
  step?: StepOf;
  labels?: TaskLabels;
  /** When it takes its place in the queue, ISO 8601 in UTC; absent: at once. */
  runAt?: string;
  /** Identifies one stay in the queue; set by the workflow. */
  turn?: string;
}

/** The input of a task workflow. It stays below 2 MB with its payload. */
export type TaskInput<T extends TaskType = TaskType> = {
  [K in T]: TaskEnvelope & { taskType: K; input: TaskKinds[K]['input'] };
}[T];

/**
 * Fields of a task or a pipeline as JSON in UTF-8, by their names. They are large, come from another thread and are
 * sent unchanged. The fields next to them contain only the parts that are read in between.
 */
export type EncodedFields = Readonly<Record<string, Uint8Array>>;

type TaskResults = { [T in TaskType]: TaskKinds[T]['result'] };
export type TaskResult<T extends TaskType = TaskType> = TaskResults[T];
