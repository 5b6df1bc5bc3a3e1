import { z } from 'zod';
import { comfyuiPayloadSchema } from './comfyui.ts';
import { cosyvoicePayloadSchema, LONGEST_TEXT } from './cosyvoice.ts';
import { ENGINES } from './engines.ts';
import { LONGEST_DELAY_SECONDS, LONGEST_TAG, MOST_METADATA_BYTES, MOST_TAGS } from './labels.ts';
import { DEFAULT_PRIORITY, HIGHEST_PRIORITY, LONGEST_SECONDS, TASK_TYPES, type TaskType } from './names.ts';
import { MOST_STEPS } from './pipeline.ts';
import { LONGEST_IDEMPOTENCY_KEY, MOST_SUBMITTED } from './task.ts';
import { renderRequestSchema } from './timeline-request.ts';
import { PIPELINE_EVENTS, TASK_EVENTS, type WebhookEvent } from './webhook-events.ts';
import { LONGEST_WEBHOOK_URL } from './webhook-fields.ts';

/**
 * The schemas of requests for the API reference, in the strict form. More tolerant forms (numbers as text, null for
 * absent fields, older names) are described only in words.
 */

const priority = z
  .int()
  .min(0)
  .max(HIGHEST_PRIORITY)
  .optional()
  .describe(`Higher first; ${DEFAULT_PRIORITY} by default. Values outside 0–100 are moved to the nearest end.`);

const seconds = (what: string) => z.number().gt(0).max(LONGEST_SECONDS).optional().describe(what);
const timeouts = z
  .object({
    queue_seconds: seconds('The longest time in the queue. Pauses and waits for an engine count.'),
    run_seconds: seconds('The longest run of one attempt; the operator limits it with MAX_RUN_SECONDS.'),
  })
  .optional()
  .describe('Limits of this task; the operator sets the others.');

const client = z
  .string()
  .min(1)
  .max(100)
  .optional()
  .describe(
    'The name under which it is listed and counted: letters, digits, spaces and `_ . : @ / + -`. An API key has its own.',
  );

const webhookUrl = z
  .url({ protocol: /^https?$/ })
  .max(LONGEST_WEBHOOK_URL)
  .optional();
const webhookEvents = (known: readonly WebhookEvent[]) =>
  z
    .array(z.enum(known as [WebhookEvent, ...WebhookEvent[]]))
    .min(1)
    .max(2 * known.length)
    .optional()
    .describe('The events that are sent; by default the end.');

/** Fields of a task and of a pipeline. */
const labels = {
  tags: z
    .array(z.string().min(1).max(LONGEST_TAG))
    .max(MOST_TAGS)
    .optional()
    .describe('Words to find it by: letters, digits, spaces and `_ . : @ / + -`.'),
  metadata: z
    .unknown()
    .optional()
    .describe(`JSON of your own, at most ${MOST_METADATA_BYTES} bytes, which the status gives back.`),
  run_at: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('When it takes its place in the queue, within a year; a time that has passed counts as now.'),
  delay_seconds: z
    .number()
    .min(0)
    .max(LONGEST_DELAY_SECONDS)
    .optional()
    .describe('Instead of `run_at`: how long after the submission.'),
  webhook_url: webhookUrl.describe('Where you are called when it ends: docs/webhooks.md.'),
  callback_url: webhookUrl.describe('Another name of `webhook_url`.'),
  idempotency_key: z
    .string()
    .min(1)
    .max(LONGEST_IDEMPOTENCY_KEY)
    .optional()
    .describe('For clients that cannot set the header `Idempotency-Key`.'),
};

/** The headers of requests that submit. */
export const submitHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(LONGEST_IDEMPOTENCY_KEY)
    .optional()
    .meta({
      description: 'The same request with the same key is one task, however often it is sent.',
      examples: ['order-1042'],
    }),
  traceparent: z
    .string()
    .optional()
    .meta({
      description: 'The trace to which the task belongs (W3C Trace Context). `GET /tasks/{task_id}` returns it.',
      examples: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    }),
});

const comfyuiPayload = comfyuiPayloadSchema
  .extend({
    template: z.string().optional().describe('The name of a template: `GET /templates` lists them.'),
    workflow: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("Instead of a template, a graph in ComfyUI's API format: nodes by their ids."),
    params: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        'Values of the placeholders: `GET /templates/{name}` has their JSON Schema. A key that is the id of a node sets its inputs: `{"3": {"steps": 50}}`.',
      ),
  })
  .meta({ id: 'ComfyuiPayload', description: 'A picture, a video or a sound: a template with params, or a graph.' });

const speech = cosyvoicePayloadSchema.shape;
const cosyvoicePayload = z
  .object({
    text: z.string().max(LONGEST_TEXT).optional().describe('The script. Required, unless it is given as `tts_text`.'),
    tts_text: z.string().max(LONGEST_TEXT).optional().describe('The older name of `text`.'),
    text_format: speech.text_format.describe(
      '`auto`, the default: words are spoken, markup is not. `plain`: all is spoken.',
    ),
    voice_id: z.string().optional().describe('A voice of the library: `GET /voices` lists them.'),
    mode: speech.mode.describe('`clone` speaks like the recording, `instruct` follows the instruction.'),
    output_path: z.string().optional().describe('A path under ASSET_PATH; by default `audio/speech_<task_id>.wav`.'),
    overwrite: speech.overwrite.describe('Whether existing files are replaced; false by default.'),
    instruct_text: z.string().optional().describe('How to speak; by default the instruction of the voice.'),
    prompt_text: z.string().optional().describe('The exact words of the recording; by default those of the voice.'),
    prompt_wav_path: z
      .string()
      .optional()
      .describe('A recording, instead of a voice: its path under ASSET_PATH, its https:// address, or a data URI.'),
    language: z.string().optional().describe('`zh`, `en`, `ja`, …; by default what the letters of the script say.'),
    speed: speech.speed.describe('1 by default.'),
    seed: speech.seed.describe('For servers that have this field.'),
    pause_ms: speech.pause_ms.describe('Silence between sentences; 250 by default.'),
    loudness: speech.loudness.describe('In LUFS, such as -16; by default the loudness is not changed.'),
    format: speech.format.describe('By default the ending of `output_path` says it.'),
  })
  .meta({ id: 'CosyvoicePayload', description: 'Speech in the voice of a short recording.' });

const PAYLOADS: { [T in TaskType]?: z.ZodObject } = {
  comfyui: comfyuiPayload,
  cosyvoice: cosyvoicePayload,
  remotion_render: renderRequestSchema,
};

/** The payload of a type without a schema. */
const anyPayload = (type: TaskType): z.ZodObject =>
  z
    .object(Object.fromEntries(ENGINES[type].payloadFields.map((name) => [name, z.unknown().describe(`See ${type}.`)])))
    .describe(`What ${ENGINES[type].label} makes.`);

/** `comfyui` → `SubmitComfyui` */
const nameOf = (type: TaskType): string =>
  `Submit${type
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}`;

/** The body of `POST /submit_task`. */
export const submitTaskRequest = z
  .discriminatedUnion(
    'task_type',
    TASK_TYPES.map((type) =>
      z
        .object({
          task_type: z.literal(type).describe('What makes it.'),
          priority,
          timeouts,
          client,
          ...labels,
          webhook_events: webhookEvents(TASK_EVENTS),
          payload: PAYLOADS[type] ?? anyPayload(type),
        })
        .meta({ id: nameOf(type) }),
    ) as unknown as [z.ZodObject<{ task_type: z.ZodLiteral<TaskType> }>],
  )
  .meta({ id: 'SubmitTask', description: 'A task: its type decides what `payload` is.' });

/** The body of `POST /submit_tasks`. */
export const submitTasksRequest = z
  .object({ tasks: z.array(submitTaskRequest).min(1).max(MOST_SUBMITTED) })
  .meta({ id: 'SubmitTasks', description: 'Tasks that are checked together.' });

const stepRequest = z
  .object({
    id: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/)
      .describe('Its name in references.'),
    task_type: z.enum(TASK_TYPES).describe('What makes it.'),
    payload: z
      .record(z.string(), z.unknown())
      .describe(
        'As in `POST /submit_task`. In the place of any value there may be a reference: `{"$from": "voice.output_path"}`, `"${voice.sentences[0].text}"` in a text, or `{"$for": <list>, "$each": <value>}`.',
      ),
    priority: priority.describe("By default the pipeline's."),
    timeouts: timeouts.describe('For each of its tasks.'),
    on_error: z
      .enum(['fail', 'skip'])
      .optional()
      .describe('`fail`, the default: the pipeline fails with the step. `skip`: the other steps continue without it.'),
    for_each: z
      .union([z.array(z.unknown()), z.record(z.string(), z.unknown()), z.string()])
      .optional()
      .describe('A list, or a reference to one: one task for each item.'),
    depends_on: z
      .array(z.string())
      .optional()
      .describe('Ids of steps that must end first, in addition to those that the payload refers to.'),
  })
  .meta({ id: 'StepRequest', description: 'A task of a pipeline.' });

/** The body of `POST /submit_pipeline`. */
export const submitPipelineRequest = z
  .object({
    name: z.string().max(200).optional().describe('A name for people.'),
    priority: priority.describe('For all steps without a priority of their own.'),
    client,
    ...labels,
    webhook_events: webhookEvents(PIPELINE_EVENTS),
    steps: z.array(stepRequest).min(1).max(MOST_STEPS).describe('In any order; references decide which runs first.'),
    output: z.unknown().optional().describe('The result of the pipeline: any value, with references in it.'),
  })
  .meta({ id: 'SubmitPipeline', description: 'Several tasks that feed each other.' });

/** The body of `PATCH /tasks/{task_id}`. */
export const changeTaskRequest = z
  .object({ priority: priority.unwrap().describe('The new priority.') })
  .meta({ id: 'ChangeTask' });
