import { createWebhookActivities } from '../../activities/webhook-activities.ts';
import type { WebhookActivities } from '../contracts/webhook-events.ts';
import { projectVersion } from '../host/project.ts';
import { createGuardedAgent } from '../outbound/guarded-agent.ts';
import { describeTask } from '../status/describe-task.ts';
import { createReadPipeline } from '../status/read-pipeline.ts';
import { createReadStatus } from '../status/read-status.ts';
import { listStepTasks } from '../temporal/step-tasks.ts';
import { createComposeEvent } from '../webhooks/compose-event.ts';
import { createSendSlots } from '../webhooks/send-slots.ts';
import { createSendWebhook } from '../webhooks/send-webhook.ts';
import type { WorkerParts } from './worker-parts.ts';

const CONNECT_MS = 10_000;
/** The worker runs a hundred activities at once; pipelines need the others. */
const SLOTS = { most: 40, mostPerHost: 8 };

type Parts = Omit<WorkerParts, 'connection' | 'redis' | 'engines'> & {
  /** Is told of every try, and whether the receiver took it. */
  onTried?: (isTaken: boolean) => void;
};

/** The sender of events on the control worker. Connections are closed when the signal aborts. */
export function createWebhooks(
  { config, temporal, status: store, logger, now, onTried }: Parts,
  signal: AbortSignal,
): WebhookActivities {
  const dispatcher = createGuardedAgent({ allowPrivate: config.webhooks.allowPrivate, connectMs: CONNECT_MS });
  signal.addEventListener('abort', () => void dispatcher.close().catch(() => undefined));
  const describe = (taskId: string, runId?: string) => describeTask(temporal, taskId, runId);
  return createWebhookActivities({
    compose: createComposeEvent({
      store,
      describe,
      readPipeline: createReadPipeline({
        store,
        readStatus: createReadStatus({ store, describe }),
        listStepTasks: (pipelineId) => listStepTasks(temporal, pipelineId),
      }),
    }),
    send: createSendWebhook({ dispatcher, secrets: config.webhooks.secrets, version: projectVersion(), now }),
    slots: createSendSlots(SLOTS),
    ...(onTried === undefined ? {} : { onTried }),
    logger,
  });
}
