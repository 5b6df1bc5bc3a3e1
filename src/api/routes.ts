import type { Route } from './route.ts';
import { createEventRoutes } from './routes/events.ts';
import { createHealthRoutes } from './routes/health.ts';
import { createPipelineRoutes, type PipelineRouteDeps } from './routes/pipelines.ts';
import { createQueueRoutes, type QueueRouteDeps } from './routes/queue.ts';
import { createTaskRoutes, type TaskRouteDeps } from './routes/tasks.ts';
import { createTemplateRoutes } from './routes/templates.ts';
import { createVoiceRoutes } from './routes/voices.ts';
import type { TaskEventsDeps } from './handlers/task-events.ts';
import type { HealthDeps } from './handlers/health.ts';
import type { TemplatesDeps } from './handlers/templates.ts';
import type { VoicesDeps } from './handlers/voices.ts';

export type RouteDeps = TaskRouteDeps &
  TaskEventsDeps &
  PipelineRouteDeps &
  QueueRouteDeps &
  TemplatesDeps &
  VoicesDeps &
  HealthDeps;

/** Every page of the API, by the chapters of the reference. */
export const createRoutes = (deps: RouteDeps): Route[] => [
  ...createTaskRoutes(deps),
  ...createEventRoutes(deps),
  ...createPipelineRoutes(deps),
  ...createQueueRoutes(deps),
  ...createTemplateRoutes(deps),
  ...createVoiceRoutes(deps),
  ...createHealthRoutes(deps),
];
