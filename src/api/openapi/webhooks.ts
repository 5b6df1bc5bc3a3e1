import { EVENT_SCHEMAS } from '../../contracts/webhook-answers.ts';
import { WEBHOOK_EVENTS, type WebhookEvent } from '../../contracts/webhook-events.ts';
import { CANCELLED_STATUS, CANCELLING_STATUS, COMPLETED_STATUS } from '../routes/examples.ts';

type Json = Record<string, unknown>;

const RUNNING_STATUS = { ...CANCELLING_STATUS, progress: 0, phase: 'starting' };
const pipeline = { task_type: 'pipeline', metadata: null };
const COMPLETED_PIPELINE = {
  ...COMPLETED_STATUS,
  ...pipeline,
  result: { steps: {}, output: { film: 'output/film.mp4' } },
};
const FAILED_PIPELINE = {
  ...CANCELLED_STATUS,
  ...pipeline,
  result: { steps: {}, output: null, error: CANCELLED_STATUS.result.error },
};

const EXAMPLES: Record<WebhookEvent, { data: Json; timestamp: string }> = {
  'task.started': { data: RUNNING_STATUS, timestamp: RUNNING_STATUS.started_at },
  'task.completed': { data: COMPLETED_STATUS, timestamp: COMPLETED_STATUS.finished_at },
  'task.failed': { data: CANCELLED_STATUS, timestamp: CANCELLED_STATUS.finished_at },
  'pipeline.completed': { data: COMPLETED_PIPELINE, timestamp: COMPLETED_PIPELINE.finished_at },
  'pipeline.failed': { data: FAILED_PIPELINE, timestamp: FAILED_PIPELINE.finished_at },
};

const header = (name: string, required: boolean, description: string, example: string): Json => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
  example,
});

const PARAMETERS = [
  header(
    'webhook-id',
    true,
    'Identifies the event; each try has the same.',
    'msg_0c6b2f0a-6f5b-4d0e-9a3c-5c1d6a9f2b7e',
  ),
  header('webhook-timestamp', true, 'When this try was sent, in seconds since 1970.', '1767519236'),
  header(
    'webhook-signature',
    false,
    'Where the operator has set WEBHOOK_SECRET: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64. While the secret changes, two of them with a space between.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
  header(
    'traceparent',
    false,
    'Where the submission had one: its trace (W3C Trace Context), with a new id for each try.',
    '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01',
  ),
];

const ANSWERS = {
  '2XX': { description: 'It has arrived. Answer within 20 seconds, and work later.' },
  410: { description: 'No more tries.' },
  default: { description: 'It is tried again, up to ten times in about three days; `Retry-After` is honoured.' },
};

/** The schemas of all events, by a unique key. */
export const eventParts = Object.fromEntries(WEBHOOK_EVENTS.map((type) => [`event ${type}`, EVENT_SCHEMAS[type]]));

/** The requests that the middleware itself sends, by the names of their events. */
export const webhooksOf = (parts: Record<string, Json>): Json =>
  Object.fromEntries(
    WEBHOOK_EVENTS.map((type) => [
      type,
      {
        post: {
          operationId: `${type.replace('.', '-').replace(/-(.)/, (_all, letter: string) => letter.toUpperCase())}Event`,
          tags: ['Webhooks'],
          summary: EVENT_SCHEMAS[type].meta()?.description,
          description: 'Sent to `webhook_url` of the submission, signed by Standard Webhooks.',
          // The operator's keys are for requests to this API.
          security: [],
          parameters: PARAMETERS,
          requestBody: {
            required: true,
            content: { 'application/json': { schema: parts[`event ${type}`], example: { type, ...EXAMPLES[type] } } },
          },
          responses: ANSWERS,
        },
      },
    ]),
  );
