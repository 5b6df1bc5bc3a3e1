import { z } from 'zod';
import { deliveriesSchema, redeliveredSchema, redeliverRequest } from '../../contracts/webhook-answers.ts';
import { createRedeliverWebhook, createShowWebhooks, type WebhooksDeps } from '../handlers/webhooks.ts';
import { json, type Route } from '../route.ts';
import { TASK_ID } from './examples.ts';

const taskId = z.object({
  task_id: z.guid().meta({ description: 'The id that the submission answered.', examples: [TASK_ID] }),
});
const MESSAGE_ID = 'msg_0c6b2f0a-6f5b-4d0e-9a3c-5c1d6a9f2b7e';
const CREATED = '2026-01-04T09:33:56.100Z';

/** The calls to the webhooks of tasks. */
export function createWebhookRoutes(deps: WebhooksDeps): Route[] {
  return [
    {
      method: 'get',
      path: '/tasks/:task_id/webhooks',
      id: 'listWebhookDeliveries',
      tag: 'Webhooks',
      summary: 'Show how the webhook of a task answered',
      description: 'Every event that was sent or will be sent, with each try and its answer.',
      access: 'read',
      params: taskId,
      answers: {
        200: json('The deliveries.', deliveriesSchema, {
          task_id: TASK_ID,
          webhook: { address: 'https://studio.example/hooks/gpu', events: ['task.completed', 'task.failed'] },
          deliveries: [
            {
              id: MESSAGE_ID,
              type: 'task.completed',
              state: 'delivered',
              created_at: CREATED,
              finished_at: '2026-01-04T09:34:01.900Z',
              next_try_at: null,
              tries: [
                { at: '2026-01-04T09:33:56.200Z', status: 502, error: null, took_ms: 54 },
                { at: '2026-01-04T09:34:01.800Z', status: 204, error: null, took_ms: 31 },
              ],
            },
          ],
        }),
      },
      errors: ['task_not_found', 'status_unavailable', 'tasks_unknown'],
      handler: createShowWebhooks(deps),
    },
    {
      method: 'post',
      path: '/tasks/:task_id/webhooks/redeliver',
      id: 'redeliverWebhook',
      tag: 'Webhooks',
      summary: 'Send an event to the webhook again',
      description:
        'At once, even if the next try is due later; a delivery that is over begins anew. The `webhook-id` is the same as before.',
      access: 'submit',
      params: taskId,
      body: {
        schema: redeliverRequest,
        examples: { 'The end of the task': {}, 'Its start': { event: 'task.started' } },
        optional: true,
      },
      answers: {
        202: json('It is on its way.', redeliveredSchema, { task_id: TASK_ID, id: MESSAGE_ID, type: 'task.completed' }),
      },
      errors: ['invalid_request', 'task_not_found', 'status_unavailable', 'webhook_missing', 'operation_unavailable'],
      handler: createRedeliverWebhook(deps),
    },
  ];
}
