import { hideTasks, type HideTasksDeps } from './hide-tasks.ts';
import type { Route } from './route.ts';
import { createEventRoutes } from './routes/events.ts';
import { createFileRoutes } from './routes/files.ts';
import { createHealthRoutes } from './routes/health.ts';
import { createMetricsRoutes } from './routes/metrics.ts';
import { createPipelineRoutes, type PipelineRouteDeps } from './routes/pipelines.ts';
import { createReferenceRoutes } from './routes/reference.ts';
import { createQueueRoutes, type QueueRouteDeps } from './routes/queue.ts';
import { createTaskRoutes, type TaskRouteDeps } from './routes/tasks.ts';
import { createTemplateRoutes } from './routes/templates.ts';
import { createVoiceRoutes } from './routes/voices.ts';
import type { EventsDeps } from './handlers/events.ts';
import { createWebhookRoutes } from './routes/webhooks.ts';
import type { FilesDeps } from './handlers/files.ts';
import type { HealthDeps } from './handlers/health.ts';
import type { MetricsDeps } from './handlers/metrics.ts';
import type { ReferenceDeps } from './handlers/reference.ts';
import type { TemplatesDeps } from './handlers/templates.ts';
import type { VoicesDeps } from './handlers/voices.ts';
import type { WebhooksDeps } from './handlers/webhooks.ts';

export type RouteDeps = HideTasksDeps &
  TaskRouteDeps &
  EventsDeps &
  WebhooksDeps &
  PipelineRouteDeps &
  QueueRouteDeps &
  TemplatesDeps &
  VoicesDeps &
  FilesDeps &
  HealthDeps &
  MetricsDeps &
  ReferenceDeps;

/** All routes of the API, in the order of the chapters of the reference. Tasks of other clients are hidden. */
export function createRoutes(deps: RouteDeps): Route[] {
  const routes: Route[] = [
    ...createTaskRoutes(deps),
    ...createEventRoutes(deps),
    ...createWebhookRoutes(deps),
    ...createPipelineRoutes(deps),
    ...createQueueRoutes(deps),
    ...createTemplateRoutes(deps),
    ...createVoiceRoutes(deps),
    ...createFileRoutes(deps),
    ...createHealthRoutes(deps),
    ...createMetricsRoutes(deps),
    ...createReferenceRoutes(deps, () => routes),
  ];
  return routes.map((route) => hideTasks(route, deps));
}
