import { createDrainQueue, type DrainQueueDeps } from './handlers/drain-queue.ts';
import { createHealth, type HealthDeps } from './handlers/health.ts';
import { createPauseQueue, createResumeQueue } from './handlers/pause-queue.ts';
import { createPipelineExamples, type PipelineExamplesDeps } from './handlers/pipeline-examples.ts';
import { createShowQueue, type ShowQueueDeps } from './handlers/show-queue.ts';
import { createSubmitPipeline, type SubmitPipelineDeps } from './handlers/submit-pipeline.ts';
import { createSubmitTask, type SubmitTaskDeps } from './handlers/submit-task.ts';
import { createCancelTask, createChangeTask, createRetryTask, type TaskActionsDeps } from './handlers/task-actions.ts';
import { createLegacyStatus, createTaskStatus, type TaskStatusDeps } from './handlers/task-status.ts';
import { createListTemplates, createShowTemplate, type TemplatesDeps } from './handlers/templates.ts';
import { createAddVoice, createDeleteVoice, createListVoices, type VoicesDeps } from './handlers/voices.ts';
import type { Route } from './route.ts';

export type RouteDeps = SubmitTaskDeps &
  SubmitPipelineDeps &
  PipelineExamplesDeps &
  TaskStatusDeps &
  TaskActionsDeps &
  TemplatesDeps &
  VoicesDeps &
  HealthDeps &
  ShowQueueDeps &
  DrainQueueDeps;

/** Every page of the API. */
export function createRoutes(deps: RouteDeps): Route[] {
  return [
    { method: 'post', path: '/submit_task', takes: 'bytes', handler: createSubmitTask(deps) },
    { method: 'post', path: '/submit_pipeline', takes: 'bytes', handler: createSubmitPipeline(deps) },
    { method: 'get', path: '/pipelines/examples', handler: createPipelineExamples(deps) },
    { method: 'get', path: '/task_status/:task_id', handler: createTaskStatus(deps) },
    { method: 'get', path: '/status/:task_id', handler: createLegacyStatus(deps) },
    { method: 'get', path: '/templates', handler: createListTemplates(deps) },
    { method: 'get', path: '/templates/:name', handler: createShowTemplate(deps) },
    { method: 'get', path: '/voices', handler: createListVoices(deps) },
    { method: 'post', path: '/voices', takes: 'form', handler: createAddVoice(deps) },
    { method: 'delete', path: '/voices/:id', handler: createDeleteVoice(deps) },
    { method: 'patch', path: '/tasks/:task_id', handler: createChangeTask(deps) },
    { method: 'post', path: '/tasks/:task_id/cancel', takes: 'nothing', handler: createCancelTask(deps) },
    { method: 'post', path: '/tasks/:task_id/retry', takes: 'nothing', handler: createRetryTask(deps) },
    { method: 'get', path: '/queue', handler: createShowQueue(deps) },
    { method: 'post', path: '/queue/pause', handler: createPauseQueue(deps) },
    { method: 'post', path: '/queue/resume', takes: 'nothing', handler: createResumeQueue(deps) },
    { method: 'post', path: '/queue/drain', handler: createDrainQueue(deps) },
    { method: 'get', path: '/health', handler: createHealth(deps) },
  ];
}
