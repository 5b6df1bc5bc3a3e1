import { z } from 'zod';
import { errorBodySchema, errorCode, submittedSchema, timestamp, warnings } from './answers.ts';
import { choice, flag, number, optional, plainText, prose } from './fields.ts';
import { tagSchema } from './labels.ts';
import { momentSchema } from './moment.ts';
import { PIPELINE, TASK_STATUSES, TASK_TYPES } from './names.ts';
import { storedFileSchema } from './stored-file-schema.ts';
import { taskStatusSchema } from './task-status.ts';

export const MOST_LISTED = 200;
const DEFAULT_LISTED = 50;
const LIMIT = `expected a whole number from 1 to ${MOST_LISTED}`;

const CLIENT = 'expected the name or the address of a client';
const client = prose(
  plainText(CLIENT)
    .trim()
    .regex(/^[^\p{Control}"'\\]{1,100}$/u, CLIENT),
);
const PIPELINE_ID = 'expected the id of a pipeline, or none';
const pipeline = plainText(PIPELINE_ID)
  .trim()
  .toLowerCase()
  .regex(/^(none|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/, PIPELINE_ID);
const CODE = 'expected the code of an error, such as queue_timeout';

/** Which tasks are meant. */
export const taskFilterFields = {
  status: optional(choice(TASK_STATUSES)),
  task_type: optional(choice([...TASK_TYPES, PIPELINE])),
  client: optional(client),
  tag: optional(tagSchema),
  /** The steps of a pipeline; `none` for all that is no step. */
  pipeline: optional(pipeline),
  since: optional(momentSchema),
  until: optional(momentSchema),
  error_code: optional(
    plainText(CODE)
      .trim()
      .regex(/^[a-z_]{1,64}$/, CODE),
  ),
};

/** Query of `GET /tasks`. */
export const taskListSchema = z.object({
  ...taskFilterFields,
  limit: optional(number(z.int(LIMIT).min(1, LIMIT).max(MOST_LISTED, LIMIT))).transform(
    (value) => value ?? DEFAULT_LISTED,
  ),
  cursor: optional(plainText('expected next_cursor of a page before')),
});
export type TaskListQuery = z.infer<typeof taskListSchema>;

/** Query of `DELETE /tasks/{task_id}`. */
export const deleteQuerySchema = z.object({ files: optional(flag) });

const { status: _status, error_code: _code, ...cancelFilters } = taskFilterFields;
/** The body of `POST /tasks/cancel`. */
export const cancelTasksSchema = z.object({ ...cancelFilters, all: optional(flag) }, 'expected a JSON object');

const described = (what: string, example: string) =>
  z
    .string()
    .optional()
    .meta({ description: what, examples: [example] });

const moment = (what: string, example: string) =>
  z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: what, examples: [example] });

/** The filters as the reference describes them. */
export const taskFilterRequest = {
  status: z
    .enum(TASK_STATUSES)
    .optional()
    .meta({ description: 'The word of the status.', examples: ['failed'] }),
  task_type: z
    .enum([...TASK_TYPES, PIPELINE])
    .optional()
    .meta({ description: 'What made it.', examples: ['comfyui'] }),
  client: described('The name of the client, or of its API key.', 'studio'),
  tag: described('A tag of the submission.', 'night'),
  pipeline: z
    .union([z.guid(), z.literal('none')])
    .optional()
    .meta({ description: 'The id of a pipeline: its steps. `none`: all that is no step.', examples: ['none'] }),
  since: moment('Submitted then or later, ISO 8601.', '2026-01-04T00:00:00Z'),
  until: moment('Submitted before, ISO 8601.', '2026-01-05T00:00:00Z'),
  error_code: errorCode
    .optional()
    .meta({ description: 'The code of the error that it failed with.', examples: ['queue_timeout'] }),
};
export const taskListRequest = z.object({
  ...taskFilterRequest,
  limit: z
    .int()
    .min(1)
    .max(MOST_LISTED)
    .optional()
    .meta({ description: `How many tasks a page has; ${DEFAULT_LISTED} by default.`, examples: [20] }),
  cursor: described('`next_cursor` of the page before.', 'WzE3Njc1MTgzNzYwMDAsImEiXQ'),
});

const { result: _result, ...shown } = taskStatusSchema.shape;
const step = z
  .strictObject({ pipeline: z.guid(), name: z.string() })
  .nullable()
  .describe('The step of a pipeline that it is; null for all others.');

/** One task in a list: its status without the result. */
export const listedTaskSchema = z
  .strictObject({
    ...shown,
    error_code: errorCode.optional().describe('The code of the error that it failed with.'),
    step,
  })
  .omit({ queue_position: true, eta_seconds: true })
  .meta({ id: 'ListedTask', description: 'A task in a list: its status without its result.' });
export type ListedTaskBody = z.infer<typeof listedTaskSchema>;

/** The body of `GET /tasks`. */
export const taskPageSchema = z
  .strictObject({
    tasks: z.array(listedTaskSchema).describe('Newest first. A page may be short, or empty, although more follow.'),
    next_cursor: z.string().nullable().describe('For the next page; null at the end.'),
    links: z.strictObject({ self: z.string(), next: z.string().optional() }),
    warnings: warnings.optional(),
  })
  .meta({ id: 'TaskPage' });

const attempt = z
  .strictObject({
    attempt: z.int().min(1),
    started_at: timestamp,
    outcome: z
      .enum(['completed', 'failed', 'released', 'unknown'])
      .describe('`released`: given back, which is no failure. `unknown`: it runs, or its worker died.'),
    error: z.string().nullable(),
  })
  .meta({ id: 'Attempt', description: 'An attempt to run a task.' });

/** The body of `GET /tasks/{task_id}`. */
export const taskDetailsSchema = z
  .strictObject({
    ...taskStatusSchema.shape,
    input: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('What was accepted, with all values filled in; null when it is not known any more.'),
    attempt_history: z.array(attempt).describe('The latest attempts, oldest first, as far as they are known.'),
    queued_ms: z.number().min(0).nullable().describe('From its time in the queue to its first attempt, or until now.'),
    running_ms: z.number().min(0).nullable().describe('From its first attempt to its end, or until now.'),
    files: z.array(storedFileSchema.loose()).describe('The files of its result; of a pipeline, those of all steps.'),
    step,
    traceparent: z.string().nullable().describe('The trace of the submission (W3C Trace Context); null for none.'),
  })
  .meta({ id: 'TaskDetails', description: 'All that is known of a task.' });

/** The body of the answer of `DELETE /tasks/{task_id}`. */
export const deletedTaskSchema = z
  .strictObject({
    task_id: z.guid(),
    deleted: z.array(z.guid()).describe('The task; of a pipeline, its steps too.'),
    files_removed: z.array(z.string()).describe('Relative to ASSET_PATH.'),
    files_kept: z.array(z.string()).describe('Outputs that stay, because somebody else made or replaced them.'),
    warnings: warnings.optional(),
  })
  .meta({ id: 'DeletedTask' });
export const deleteQueryRequest = z.object({
  files: z
    .boolean()
    .optional()
    .meta({ description: 'Whether its outputs are removed too; false by default.', examples: [true] }),
});

const { status: _status2, error_code: _code2, ...cancelRequest } = taskFilterRequest;
/** The body of `POST /tasks/cancel` as the reference describes it. */
export const cancelTasksRequest = z
  .object({
    ...cancelRequest,
    all: z.boolean().optional().describe('Needed where no filter is given.'),
  })
  .meta({ id: 'CancelTasks', description: 'Which of the waiting tasks are cancelled: those that fit all filters.' });

/** The body of the answer of `POST /tasks/cancel`. */
export const cancelledTasksSchema = z
  .strictObject({
    cancelled: z.array(z.guid()),
    failed: z
      .array(z.strictObject({ task_id: z.guid(), error: errorBodySchema }))
      .describe('Those that could not be cancelled, with the reason.'),
    more: z.boolean().describe('Whether more may fit; send the request again.'),
  })
  .meta({ id: 'CancelledTasks' });

/** The body of the answer of `POST /submit_tasks`. */
export const submittedTasksSchema = z
  .strictObject({
    tasks: z
      .array(
        z.union([
          z.strictObject({
            ...submittedSchema.shape,
            replayed: z.literal(true).optional().describe('It was accepted before, under the same idempotency key.'),
          }),
          z.strictObject({
            status: z.literal('refused'),
            error: errorBodySchema,
            task_id: z.guid().optional().describe('The task that has the key, or that may have been accepted.'),
          }),
        ]),
      )
      .describe('One for each task, in their order.'),
    warnings: warnings.optional(),
  })
  .meta({ id: 'SubmittedTasks' });
