import { z } from 'zod';
import { timestamp } from './answers.ts';
import { choice, optional } from './fields.ts';
import { taskStatusSchema } from './task-status.ts';
import { PIPELINE_EVENTS, TASK_EVENTS, WEBHOOK_EVENTS, type WebhookEvent } from './webhook-events.ts';

const event = z.enum(WEBHOOK_EVENTS);
const messageId = z.string().describe('The header `webhook-id`; each try of an event has the same.');

const webhookTry = z
  .strictObject({
    at: timestamp,
    status: z.int().nullable().describe('The HTTP status of the answer; null if there was none.'),
    error: z.string().nullable().describe('Why there was no answer.'),
    took_ms: z.int().min(0),
  })
  .meta({ id: 'WebhookTry' });

const delivery = z
  .strictObject({
    id: messageId,
    type: event,
    state: z
      .enum(['pending', 'delivered', 'failed', 'gone', 'dropped'])
      .describe(
        '`delivered`: answered with 2xx. `failed`: no try is left. `gone`: answered with 410. `dropped`: a reset undid the end.',
      ),
    created_at: timestamp,
    finished_at: timestamp.nullable(),
    next_try_at: timestamp.nullable().describe('Null unless it waits for its next try.'),
    tries: z.array(webhookTry).describe('Oldest first.'),
  })
  .meta({ id: 'WebhookDelivery', description: 'An event on its way to the webhook of a task.' });

/** The body of `GET /tasks/{task_id}/webhooks`. */
export const deliveriesSchema = z
  .strictObject({
    task_id: z.guid(),
    webhook: z
      .strictObject({
        address: z.string().describe('Without user, password and query, which may be secrets.'),
        events: z.array(event).readonly(),
      })
      .nullable()
      .describe('Null for a task without one.'),
    deliveries: z.array(delivery).describe('Newest first.'),
  })
  .meta({ id: 'WebhookDeliveries' });
export type DeliveriesBody = z.infer<typeof deliveriesSchema>;

/** The body of `POST /tasks/{task_id}/webhooks/redeliver`. */
export const redeliverSchema = z.object({ event: optional(choice(WEBHOOK_EVENTS)) }, 'expected a JSON object');
export const redeliverRequest = z
  .object({ event: event.optional().describe('By default the end of the task.') })
  .meta({ id: 'Redeliver' });

/** The body of its answer. */
export const redeliveredSchema = z
  .strictObject({ task_id: z.guid(), id: messageId, type: event })
  .meta({ id: 'Redelivered', description: 'The event that is sent again.' });

const START = 'The start of a task; sent only to those who ask for it.';
const DESCRIPTIONS: Record<WebhookEvent, string> = {
  'task.started': START,
  'task.completed': 'The end of a task that has a result.',
  'task.failed': 'The end of a task that has none: `data.result.error.code` says why. Cancelled ones are among them.',
  'pipeline.completed': 'The end of a pipeline whose steps have completed.',
  'pipeline.failed': 'The end of a pipeline that failed or was cancelled.',
};

/** The body of each event. */
export const EVENT_SCHEMAS = Object.fromEntries(
  [...TASK_EVENTS, ...PIPELINE_EVENTS].map((type) => [
    type,
    z
      .strictObject({
        type: z.literal(type),
        timestamp: timestamp.describe('When it happened.'),
        data: taskStatusSchema.describe('What `GET /task_status/{task_id}` answers.'),
      })
      .meta({
        id: `Event${type
          .split('.')
          .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
          .join('')}`,
        description: DESCRIPTIONS[type],
      }),
  ]),
) as unknown as Record<WebhookEvent, z.ZodObject>;
