import { z } from 'zod';
import type { ErrorBody } from '../errors.ts';
import { errorBodySchema, timestamp, warnings } from './answers.ts';
import { SERVER_ENGINES, type ServerEngine } from './names.ts';
import { pipelineStatusSchema, type PipelineResult } from './pipeline.ts';
import { secondsRangeSchema } from './queue.ts';
import type { TaskResult } from './task.ts';
import { priority, taskStatus, workType } from './task-fields.ts';
import { taskResultSchemas } from './task-kinds.ts';

/** The engine that a task waits for before its next attempt. */
export interface Waiting {
  for: ServerEngine;
  /** ISO 8601 in UTC. */
  since: string;
  reason: string;
  hint: string;
}

const waitingSchema = z
  .strictObject({
    for: z
      .enum(['turn', ...SERVER_ENGINES, 'time', 'resume', 'worker'])
      .describe(
        '`turn` while other tasks run before it, the name of an engine that is away, `time` before the time at which it is to run, `resume` while the queue is paused, `worker` while no worker takes tasks.',
      ),
    since: timestamp.nullable().describe('Null where it is not known.'),
    until: timestamp.optional().describe('Of `time`: when it takes its place in the queue.'),
    reason: z.string(),
    hint: z.string(),
  })
  .meta({ id: 'Waiting', description: 'Why a task does not run.' });

export const stageSchema = z
  .strictObject({
    name: z.string().describe('The title of a node of ComfyUI, or what is counted: `sentence`, `frame`.'),
    node: z.string().nullable().describe('The id of the node in the graph; null for other tasks.'),
    step: z.int().min(0).describe('How many steps of it are done.'),
    steps: z.int().min(1),
  })
  .meta({ id: 'Stage', description: 'The part of the work that runs.' });
export type Stage = z.infer<typeof stageSchema>;

/** The requests that are possible for a task now, as paths of the API. */
export const taskLinksSchema = z
  .strictObject({
    self: z.string(),
    task: z.string().describe('All that is known of it.'),
    cancel: z.string().optional().describe('`POST` cancels it; absent when it is over.'),
    retry: z.string().optional().describe('`POST` runs it again; absent unless it failed.'),
    webhooks: z.string().optional().describe('What its webhook answered; absent unless it has one.'),
  })
  .meta({ id: 'TaskLinks' });

/** The body of `GET /task_status/{task_id}`. */
export const taskStatusSchema = z
  .strictObject({
    status: taskStatus.describe('A cancelled or terminated task is `failed`; `result.error.code` says which.'),
    result: z
      .union([...taskResultSchemas, pipelineStatusSchema, z.strictObject({ error: errorBodySchema }), z.null()])
      .describe(
        'The result of a completed task, `{error}` of a failed one, otherwise null. For a pipeline, the status of its steps and its output.',
      ),
    error: z.string().optional().describe('Repeats `result.error.message` of a failed task.'),
    done: z.boolean().describe('Whether it is over: `completed` or `failed`.'),
    task_id: z.guid(),
    task_type: workType.nullable(),
    priority: priority.nullable().describe('The priority in force.'),
    client: z.string().nullable().describe('Whose it is; null where that is not known.'),
    tags: z.array(z.string()).readonly().describe('Those of the submission.'),
    metadata: z.unknown().describe('That of the submission; null for none.'),
    created_at: timestamp.nullable(),
    started_at: timestamp.nullable(),
    finished_at: timestamp.nullable(),
    progress: z.number().min(0).max(1),
    phase: z.string().describe('The current activity of the task, in a few words.'),
    stage: stageSchema.nullable().describe('The same for programs; null while it is not known.'),
    attempts: z.int().min(0).describe('How many attempts have begun.'),
    waiting: waitingSchema
      .nullable()
      .describe(
        'Why it does not run; null while it runs and when it is over. In a list, null also while it waits for its turn.',
      ),
    queue_position: z
      .int()
      .min(1)
      .nullable()
      .describe(
        'The place of a task that waits for its turn; 1 is the next one to run. Null while it is not in the queue.',
      ),
    eta_seconds: secondsRangeSchema
      .nullable()
      .describe('Estimated seconds until it runs, from recent tasks of its kind; null if there is no estimate.'),
    links: taskLinksSchema,
  })
  .meta({ id: 'TaskStatus', description: 'The status of a task or of a pipeline.' });

export type TaskStatusBody = Omit<z.infer<typeof taskStatusSchema>, 'result'> & {
  /** For a pipeline a `PipelineStatus`, whatever its status. */
  result: TaskResult | PipelineResult | { error: ErrorBody } | null;
};

/** The body of `GET /status/{task_id}`, for clients of the earlier service. */
export const legacyStatusSchema = z
  .strictObject({ id: z.guid().describe('Repeats `task_id`.'), ...taskStatusSchema.shape })
  .meta({ id: 'LegacyTaskStatus' });

/** The body of the answer of `PATCH /tasks/{task_id}`. */
export const changedTaskSchema = z
  .strictObject({ ...taskStatusSchema.shape, warnings: warnings.optional() })
  .meta({ id: 'ChangedTask' });
