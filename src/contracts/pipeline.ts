import { z } from 'zod';
import type { ErrorBody } from '../errors.ts';
import { choice, list, optional, prose, plainText } from './fields.ts';
import { errorBodySchema, timestamp } from './answers.ts';
import { labelFields, type TaskLabels } from './labels.ts';
import { isJsonText, objectTextIn, textInstead } from './text-instead.ts';
import { TASK_TYPES, type TaskType } from './names.ts';
import { taskStatus, taskType } from './task-fields.ts';
import { taskResultSchema } from './task-kinds.ts';
import { envelopeSchema, taskChangeSchema, type TaskResult } from './task.ts';
import { pipelineWebhookFields } from './webhook-fields.ts';

const ID = 'expected a name of 1 to 64 letters, digits, _ and -, a letter first';
const NAME = 'expected a name of 1 to 200 characters';
/** Higher than any setting: a longer list is refused before its steps are checked. */
export const MOST_STEPS = 10_000;

const stepSchema = z.object(
  {
    id: plainText(ID).regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, ID),
    task_type: choice(TASK_TYPES),
    payload: z.record(z.string(), z.unknown(), { error: ({ input }) => `expected an object${textInstead(input)}` }),
    /** Default: the pipeline's priority. */
    priority: optional(taskChangeSchema.shape.priority),
    timeouts: envelopeSchema.shape.timeouts,
    /** Whether a failure fails the pipeline, or leaves null as its result. */
    on_error: optional(choice(['fail', 'skip'], 'expected fail or skip')),
    /** A list, or a reference to one: one task for each of its items. */
    for_each: optional(z.unknown()),
    /** Steps that must end first, in addition to those that the payload refers to. */
    depends_on: optional(list(plainText('expected the id of a step'), MOST_STEPS, 'expected a list of ids of steps')),
  },
  { error: ({ input }) => `expected an object${textInstead(input)}` },
);

export const STEP_FIELDS: readonly string[] = Object.keys(stepSchema.shape);

const outputSchema = z.unknown().superRefine((value, context) => {
  const found = isJsonText(value) ? textInstead(value).slice(2) : objectTextIn(value);
  if (found !== undefined)
    context.addIssue({ code: 'custom', message: `expected a value with references in it; ${found}` });
});

/** The body of `POST /submit_pipeline`. References in payloads are checked elsewhere. */
export const pipelineSchema = z.object(
  {
    name: optional(prose(plainText(NAME).trim().pipe(z.string().max(200, NAME)))),
    priority: envelopeSchema.shape.priority,
    client: envelopeSchema.shape.client,
    idempotency_key: envelopeSchema.shape.idempotency_key,
    ...labelFields,
    ...pipelineWebhookFields,
    steps: list(stepSchema, MOST_STEPS, 'expected a list of steps').refine(
      (steps) => steps.length > 0,
      'expected at least one step',
    ),
    /** The output of the pipeline: any value, with references in it. */
    output: optional(outputSchema),
  },
  'expected a JSON object',
);
export type SubmittedStep = z.infer<typeof stepSchema>;

/** One step in the form that the pipeline runs. */
export interface PipelineStep {
  id: string;
  taskType: TaskType;
  /** The payload as sent; references are resolved when the step is about to run. */
  payload: Record<string, unknown>;
  /** Null: the pipeline's priority. */
  priority: number | null;
  /** The limit for each of its tasks; null: the limit for all tasks of its type. */
  queueSeconds: number | null;
  runSeconds: number | null;
  onError: 'fail' | 'skip';
  /** A list or a reference to one; null for a step that is one task. */
  forEach: unknown;
  /** The steps that must end before it. */
  after: string[];
}

/** The input of a pipeline's workflow. */
export interface PipelineInput {
  taskType: 'pipeline';
  /** 0–100, higher first. */
  priority: number;
  /** One line for the Web UI. */
  summary: string;
  /** ISO 8601 in UTC. */
  acceptedAt: string;
  /** The owner of the pipeline and of its steps. */
  client: string | null;
  /** In an order in which each step comes after those that it needs. */
  steps: PipelineStep[];
  /** Null: none. */
  output: unknown;
  /** How many tasks its steps may have, counting the items of `for_each`. */
  mostTasks: number;
  labels?: TaskLabels;
  /** When its first steps begin, ISO 8601 in UTC; absent: at once. */
  runAt?: string;
}

/** The result of a pipeline's workflow. The results of steps are stored with their tasks. */
export interface PipelineResult {
  /** Null until it completed. */
  output: unknown;
}

/** The facts about a step that only the pipeline knows; all others are in the status of its tasks. */
export interface StepPlan {
  id: string;
  taskType: TaskType;
  onError: 'fail' | 'skip';
  after: string[];
  /** The number of its tasks from `for_each`; null before it is known, absent for a step with one task. */
  items?: number | null;
  /** Why the step, or an item by its index, never became a task. */
  refused?: Record<string, ErrorBody>;
}

const count = z.int().min(0);

const taskOfStep = {
  status: taskStatus,
  progress: z.number().min(0).max(1),
  error: errorBodySchema.nullable(),
};

/** One task of a pipeline in its status. */
const stepTaskSchema = z
  .strictObject({
    ...taskOfStep,
    task_id: z.guid(),
    phase: z.string(),
    started_at: timestamp.nullable(),
    finished_at: timestamp.nullable(),
    result: taskResultSchema.nullable(),
  })
  .meta({ id: 'StepTask', description: 'One task of a pipeline.' });
export type StepTaskStatus = Omit<z.infer<typeof stepTaskSchema>, 'result'> & { result: TaskResult | null };

const stepHead = { task_type: taskType, on_error: z.enum(['fail', 'skip']) };
const soleStepSchema = z
  .strictObject({ ...stepHead, ...stepTaskSchema.shape })
  .meta({ id: 'Step', description: 'A step that is one task.' });
const manyStepSchema = z
  .strictObject({
    ...stepHead,
    ...taskOfStep,
    items: z
      .array(stepTaskSchema)
      .nullable()
      .describe('One for each item, in order; null before the list of `for_each` is known.'),
    item_counts: z
      .strictObject({ total: count, pending: count, processing: count, completed: count, failed: count })
      .optional()
      .describe('Instead of `items` in a compact status: how many items are in which state.'),
    result: z
      .array(taskResultSchema.nullable())
      .nullable()
      .describe('The results in order, null for failed tasks; null before all have ended.'),
    error: errorBodySchema.nullable().describe('The first one of its tasks.'),
  })
  .meta({ id: 'StepForEach', description: 'A step that is one task for each item of `for_each`.' });

/** One step in the status of its pipeline. */
export type StepStatus = Pick<z.infer<typeof soleStepSchema>, keyof typeof stepHead> &
  (
    | StepTaskStatus
    | (Omit<z.infer<typeof manyStepSchema>, keyof typeof stepHead | 'items' | 'result'> & {
        items: StepTaskStatus[] | null;
        result: (TaskResult | null)[] | null;
      })
  );

/** `result` in the status of a pipeline. */
export const pipelineStatusSchema = z
  .strictObject({
    steps: z
      .record(z.string(), z.union([soleStepSchema, manyStepSchema]))
      .describe('By id, in the order in which they run.'),
    output: z.unknown().describe('Null until it completed.'),
    compact: z
      .literal(true)
      .optional()
      .describe('The items and results of its steps are left out; `?full=true` shows them.'),
    error: errorBodySchema.optional().describe('The error of a failed pipeline.'),
  })
  .meta({ id: 'PipelineResult', description: '`result` in the status of a pipeline.' });
export interface PipelineStatus extends PipelineResult {
  steps: Record<string, StepStatus>;
  error?: ErrorBody;
}

/** The body of `GET /pipelines/examples`. */
export const pipelineExamplesSchema = z
  .strictObject({
    examples: z.array(
      z.strictObject({
        name: z.string(),
        description: z.string().describe('What it makes, and what must be there for it.'),
        body: z.record(z.string(), z.unknown()).describe('What `POST /submit_pipeline` takes.'),
      }),
    ),
  })
  .meta({ id: 'PipelineExamples' });
