import {
  ApplicationFailure,
  condition,
  defineSignal,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertMemo,
} from '@temporalio/workflow';
import {
  DELIVER_NOW_SIGNAL,
  PROGRESS_MEMO,
  type WebhookActivities,
  type WebhookDelivery,
  type WebhookProgress,
  type WebhookState,
  type WebhookTry,
} from '../src/contracts/webhook-events.ts';
import { fitDetails } from '../src/temporal/fit-texts.ts';
import { afterAnswer } from './webhook-schedule.ts';

const { sendWebhook } = proxyActivities<WebhookActivities>({
  // Longer than the sender waits for an answer: only a worker that died needs so long.
  startToCloseTimeout: '45 seconds',
  // It fails only if the task cannot be read now, or if its worker died.
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
});
const deliverNow = defineSignal(DELIVER_NOW_SIGNAL);

const described = ({ at, status, error }: WebhookTry): string => `* ${at}: ${status ?? error}`;

/**
 * Delivers one event of a task to its webhook, with up to ten tries in about three days. A signal brings the next try
 * forward. The memo shows all tries. A delivery that nobody took is a failed workflow, so that operators find it.
 */
export async function webhookWorkflow(delivery: WebhookDelivery): Promise<WebhookState> {
  const tries: WebhookTry[] = [];
  let isAsked = false;
  setHandler(deliverNow, () => {
    isAsked = true;
  });
  const show = (state: WebhookState, nextTryAt: string | null = null): void => {
    upsertMemo({ [PROGRESS_MEMO]: { state, tries, nextTryAt } satisfies WebhookProgress });
    const next = nextTryAt === null ? '' : `, next try ${nextTryAt}`;
    setCurrentDetails(fitDetails(`${state}${next}\n\n${tries.map(described).join('\n')}`));
  };
  for (;;) {
    const answer = await sendWebhook(delivery);
    if (answer === null) {
      show('dropped');
      return 'dropped';
    }
    const { retryAfterMs: _retryAfterMs, ...told } = answer;
    tries.push({ at: new Date().toISOString(), ...told });
    const next = afterAnswer(answer, tries.length, Math.random());
    if (typeof next !== 'number') {
      show(next);
      if (next === 'failed')
        throw ApplicationFailure.nonRetryable(`Not delivered after ${tries.length} tries`, 'webhook_undelivered');
      return next;
    }
    show('pending', new Date(Date.now() + next).toISOString());
    // The try that just ended served earlier requests.
    isAsked = false;
    await condition(() => isAsked, next);
  }
}
