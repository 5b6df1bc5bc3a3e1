import { createHealth, type HealthDeps } from './handlers/health.ts';
import { createSubmitTask, type SubmitTaskDeps } from './handlers/submit-task.ts';
import { createLegacyStatus, createTaskStatus, type TaskStatusDeps } from './handlers/task-status.ts';
import { createListTemplates, createShowTemplate, type TemplatesDeps } from './handlers/templates.ts';
import { createAddVoice, createDeleteVoice, createListVoices, type VoicesDeps } from './handlers/voices.ts';
import type { Route } from './route.ts';

export type RouteDeps = SubmitTaskDeps & TaskStatusDeps & TemplatesDeps & VoicesDeps & HealthDeps;

/** Every page of the API. */
export function createRoutes(deps: RouteDeps): Route[] {
  return [
    { method: 'post', path: '/submit_task', handler: createSubmitTask(deps) },
    { method: 'get', path: '/task_status/:task_id', handler: createTaskStatus(deps) },
    { method: 'get', path: '/status/:task_id', handler: createLegacyStatus(deps) },
    { method: 'get', path: '/templates', handler: createListTemplates(deps) },
    { method: 'get', path: '/templates/:name', handler: createShowTemplate(deps) },
    { method: 'get', path: '/voices', handler: createListVoices(deps) },
    { method: 'post', path: '/voices', takes: 'form', handler: createAddVoice(deps) },
    { method: 'delete', path: '/voices/:id', handler: createDeleteVoice(deps) },
    { method: 'get', path: '/health', handler: createHealth(deps) },
  ];
}
