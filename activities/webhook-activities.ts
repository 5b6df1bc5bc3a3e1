import { ApplicationFailure } from '@temporalio/activity';
import type { WebhookActivities, WebhookDelivery } from '../src/contracts/webhook-events.ts';
import type { Logger } from '../src/logging.ts';
import type { SendSlots } from '../src/webhooks/send-slots.ts';
import type { SendWebhook } from '../src/webhooks/send-webhook.ts';

const BUSY_WAIT_MS = 1000;

/** The activity of deliveries on the control worker. */
export function createWebhookActivities(deps: {
  compose: (delivery: WebhookDelivery) => Promise<string | null>;
  send: SendWebhook;
  slots: SendSlots;
  /** Is told of every try. */
  onTried?: (isTaken: boolean) => void;
  logger: Logger;
}): WebhookActivities {
  const { compose, send, slots, onTried, logger } = deps;
  return {
    async sendWebhook(delivery) {
      const { id, event, taskId, url, traceparent } = delivery;
      const { host } = new URL(url);
      const giveBack = slots(host);
      if (giveBack === null)
        throw ApplicationFailure.create({
          message: 'too many deliveries are under way',
          nextRetryDelay: BUSY_WAIT_MS * (1 + Math.random()),
        });
      try {
        const body = await compose(delivery);
        if (body === null) return null;
        const answer = await send(url, { id, body, traceparent });
        const { status, error } = answer;
        const isTaken = status !== null && status >= 200 && status < 300;
        onTried?.(isTaken);
        if (isTaken) logger.debug(`🔔 ${event} of ${taskId} delivered to ${host}`);
        else logger.warn(`🔔 ${event} of ${taskId} not delivered to ${host}: ${error ?? `HTTP ${status}`}`);
        return answer;
      } finally {
        giveBack();
      }
    },
  };
}
