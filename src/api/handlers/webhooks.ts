import { fieldErrors } from '../../contracts/fields.ts';
import { PIPELINE } from '../../contracts/names.ts';
import { type DeliveriesBody, redeliverSchema } from '../../contracts/webhook-answers.ts';
import { type Webhook, WEBHOOK_EVENTS, type WebhookEvent, wantsEvent } from '../../contracts/webhook-events.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import { shownAddress } from '../../outbound/shown-address.ts';
import type { StatusRecord } from '../../status/record.ts';
import type { ListedDelivery } from '../../webhooks/list-deliveries.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { refuseList } from './list-tasks.ts';
import { taskIdOf } from './task-id.ts';

export interface WebhooksDeps {
  readStatus: (taskId: string) => Promise<StatusRecord | null>;
  /** Newest first. @throws if Temporal does not answer. */
  listDeliveries: (taskId: string) => Promise<ListedDelivery[]>;
  /** See `createRedeliver`. */
  redeliver: (taskId: string, event: WebhookEvent | undefined) => Promise<{ id: string; type: WebhookEvent }>;
  logger: Logger;
}

const shownWebhook = (webhook: Webhook, record: StatusRecord): DeliveriesBody['webhook'] => ({
  address: shownAddress(webhook.url),
  events: WEBHOOK_EVENTS.filter(
    (event) => event.startsWith(`${PIPELINE}.`) === (record.taskType === PIPELINE) && wantsEvent(webhook, event),
  ),
});

const shownDelivery = (delivery: ListedDelivery): DeliveriesBody['deliveries'][number] => ({
  id: delivery.id,
  type: delivery.event,
  state: delivery.state,
  created_at: delivery.createdAt,
  finished_at: delivery.finishedAt,
  next_try_at: delivery.nextTryAt,
  tries: delivery.tries.map(({ at, status, error, tookMs }) => ({ at, status, error, took_ms: tookMs })),
});

async function recordOf({ readStatus }: WebhooksDeps, taskId: string): Promise<StatusRecord> {
  const record = await readStatus(taskId);
  if (record === null) throw new AppError('task_not_found', taskId);
  return record;
}

/** `GET /tasks/{task_id}/webhooks`: the deliveries of a task, with all tries. */
export function createShowWebhooks(deps: WebhooksDeps) {
  return async ({ params }: ApiRequest): Promise<ApiResponse> => {
    const taskId = taskIdOf(params);
    const record = await recordOf(deps, taskId);
    const { webhook } = record;
    const listed = webhook === undefined ? [] : deps.listDeliveries(taskId);
    const deliveries = await Promise.resolve(listed).catch(refuseList);
    const body: DeliveriesBody = {
      task_id: taskId,
      webhook: webhook === undefined ? null : shownWebhook(webhook, record),
      deliveries: deliveries.map(shownDelivery),
    };
    return { status: 200, body };
  };
}

/** `POST /tasks/{task_id}/webhooks/redeliver`: sends an event of a task again. */
export function createRedeliverWebhook(deps: WebhooksDeps) {
  return async ({ params, body, client }: ApiRequest): Promise<ApiResponse> => {
    const taskId = taskIdOf(params);
    const asked = redeliverSchema.safeParse(body ?? {});
    if (!asked.success) throw refusal(fieldErrors(asked.error));
    await recordOf(deps, taskId);
    const sent = await deps.redeliver(taskId, asked.data.event);
    deps.logger.info(`🔔 ${sent.type} of ${taskId} sent again for ${client}`);
    return { status: 202, body: { task_id: taskId, ...sent } };
  };
}
