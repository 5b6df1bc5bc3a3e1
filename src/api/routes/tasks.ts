import { z } from 'zod';
import { submittedSchema } from '../../contracts/answers.ts';
import { changeTaskRequest, submitHeaders, submitTaskRequest, submitTasksRequest } from '../../contracts/requests.ts';
import { statusQuery } from '../../contracts/status-query.ts';
import {
  cancelledTasksSchema,
  cancelTasksRequest,
  deletedTaskSchema,
  deleteQueryRequest,
  submittedTasksSchema,
  taskDetailsSchema,
  taskListRequest,
  taskPageSchema,
} from '../../contracts/task-list.ts';
import { changedTaskSchema, legacyStatusSchema, taskStatusSchema } from '../../contracts/task-status.ts';
import type { ErrorCode } from '../../errors.ts';
import { type CancelTasksDeps, createCancelTasksPage } from '../handlers/cancel-tasks.ts';
import { createDeleteTaskPage, type DeleteTaskDeps } from '../handlers/delete-task.ts';
import { createListTasksPage, type ListTasksDeps } from '../handlers/list-tasks.ts';
import { createShowTask, type ShowTaskDeps } from '../handlers/show-task.ts';
import { createSubmitTask, type SubmitTaskDeps } from '../handlers/submit-task.ts';
import { createSubmitTasks } from '../handlers/submit-tasks.ts';
import { createCancelTask, createChangeTask, createRetryTask, type TaskActionsDeps } from '../handlers/task-actions.ts';
import { createLegacyStatus, createTaskStatus, type TaskStatusDeps } from '../handlers/task-status.ts';
import { json, type Route } from '../route.ts';
import {
  CANCELLED_STATUS,
  CANCELLING_STATUS,
  COMPLETED_STATUS,
  CURSOR,
  DETAILS,
  LISTED,
  QUEUED_STATUS,
  SUBMITTED,
  TASK_ID,
} from './examples.ts';

export type TaskRouteDeps = SubmitTaskDeps &
  TaskStatusDeps &
  TaskActionsDeps &
  ListTasksDeps &
  ShowTaskDeps &
  CancelTasksDeps &
  DeleteTaskDeps;

/** The errors with which a submission may be refused. */
export const SUBMIT_ERRORS: readonly ErrorCode[] = [
  'invalid_request',
  'idempotency_key_reused',
  'priority_too_high',
  'graph_not_allowed',
  'template_not_found',
  'voice_not_found',
  'source_unreachable',
  'source_too_large',
  'source_type_refused',
  'source_refused',
  'insufficient_storage',
  'asset_folder_unavailable',
  'too_complex',
  'busy',
  'too_many_queued',
  'queue_full',
  'temporal_unavailable',
  'acceptance_unknown',
];

export const REPLAYED_HEADER = {
  'Idempotency-Replayed': '`true`: the request was accepted before, and this is its task.',
};

const taskId = z.object({
  task_id: z.guid().meta({ description: 'The id that the submission answered.', examples: [TASK_ID] }),
});
const CHANGE_ERRORS: readonly ErrorCode[] = [
  'task_not_found',
  'task_lost',
  'operation_unavailable',
  'status_unavailable',
  'busy',
];

/** Routes that submit, show and change tasks. */
export function createTaskRoutes(deps: TaskRouteDeps): Route[] {
  return [
    {
      method: 'post',
      path: '/submit_task',
      id: 'submitTask',
      tag: 'Tasks',
      summary: 'Submit a task',
      description: `Checks all of the request and accepts the task, which from then on survives the death of every part. A bad request gets a 4xx answer that lists every bad field by its path, and does not reach the queue.

Values are read generously: a number or \`"True"\` in a text, a number where text is expected, null or an empty text for an absent field, words of a fixed list in any case. Unknown properties are ignored; one that looks misspelt is named in \`warnings\`.

The path of a file may also be an \`https://\` address, a data URI, or a picture, a video or a sound in base64: the file is fetched before the task is accepted.`,
      access: 'submit',
      takes: 'bytes',
      headers: submitHeaders,
      body: {
        schema: submitTaskRequest,
        examples: {
          'A picture': {
            task_type: 'comfyui',
            payload: { template: 'flux_dev', params: { POSITIVE_PROMPT: 'a red fox in the snow', STEPS: 20 } },
          },
          Speech: {
            task_type: 'cosyvoice',
            payload: { text: 'Hello there. 你好，世界。', voice_id: 'luna', output_path: 'audio/output.wav' },
          },
          'A film': {
            task_type: 'remotion_render',
            priority: 70,
            payload: {
              timeline: {
                width: 1080,
                height: 1920,
                fps: 30,
                durationInFrames: 60,
                backgroundColor: '#16324f',
                subtitles: [{ text: 'Hello, 世界 👋', startFrame: 0, endFrame: 60 }],
              },
            },
          },
        },
      },
      answers: {
        200: { ...json('The task is accepted.', submittedSchema, SUBMITTED), headers: REPLAYED_HEADER },
      },
      errors: SUBMIT_ERRORS,
      handler: createSubmitTask(deps),
    },
    {
      method: 'post',
      path: '/submit_tasks',
      id: 'submitTasks',
      tag: 'Tasks',
      summary: 'Submit up to 200 tasks',
      description:
        'All are checked before any is started; if one is bad, none is, and the answer lists every bad field as `tasks[3].payload.…`. They enter the queue in their order. When one cannot be started, those after it are refused too. With the header `Idempotency-Key`, each has the key and its place as its own key.',
      access: 'submit',
      takes: 'bytes',
      headers: submitHeaders,
      body: {
        schema: submitTasksRequest,
        examples: {
          'Two pictures': {
            tasks: ['a fox', 'an owl'].map((prompt) => ({
              task_type: 'comfyui',
              payload: { template: 'flux_dev', params: { POSITIVE_PROMPT: prompt } },
            })),
          },
        },
      },
      answers: {
        200: json('One entry for each task, in their order.', submittedTasksSchema, { tasks: [SUBMITTED] }),
      },
      errors: SUBMIT_ERRORS,
      handler: createSubmitTasks(deps),
    },
    {
      method: 'get',
      path: '/task_status/:task_id',
      id: 'getTaskStatus',
      tag: 'Tasks',
      summary: 'Show the status of a task or a pipeline',
      description:
        'With `?wait=30&until=completed` the answer comes when the task is over, after 30 seconds at the latest. Without `wait`, poll it until `status` is `completed` or `failed`; once a second is often enough.',
      access: 'read',
      params: taskId,
      query: statusQuery,
      answers: { 200: json('The status.', taskStatusSchema, COMPLETED_STATUS) },
      errors: ['invalid_request', 'task_not_found', 'status_unavailable'],
      handler: createTaskStatus(deps),
    },
    {
      method: 'get',
      path: '/status/:task_id',
      id: 'getLegacyStatus',
      tag: 'Tasks',
      summary: 'Show the status for clients of the earlier service',
      description: 'The same as `GET /task_status/{task_id}`, with `id` beside `task_id`.',
      access: 'read',
      params: taskId,
      query: statusQuery,
      answers: { 200: json('The status.', legacyStatusSchema, { id: TASK_ID, ...COMPLETED_STATUS }) },
      errors: ['invalid_request', 'task_not_found', 'status_unavailable'],
      handler: createLegacyStatus(deps),
    },
    {
      method: 'get',
      path: '/tasks',
      id: 'listTasks',
      tag: 'Tasks',
      summary: 'List tasks and pipelines, newest first',
      description:
        'Filters may be combined. `next_cursor` of an answer is the `cursor` of the next page. A task appears some ten milliseconds after its submission; one that was retried stands at its last run.',
      access: 'read',
      query: taskListRequest,
      answers: {
        200: json('A page of the list.', taskPageSchema, {
          tasks: [LISTED],
          next_cursor: CURSOR,
          links: { self: '/tasks?limit=1', next: `/tasks?limit=1&cursor=${CURSOR}` },
        }),
      },
      errors: ['invalid_request', 'tasks_unknown'],
      handler: createListTasksPage(deps),
    },
    {
      method: 'post',
      path: '/tasks/cancel',
      id: 'cancelTasks',
      tag: 'Tasks',
      summary: 'Cancel all waiting tasks that fit',
      description:
        'Tasks that run go on, and so do the steps of pipelines that have begun, unless `pipeline` names one. An unknown filter is refused.',
      access: 'submit',
      body: { schema: cancelTasksRequest, examples: { 'Those of a client': { client: 'studio' } } },
      answers: {
        200: json('What was cancelled.', cancelledTasksSchema, { cancelled: [TASK_ID], failed: [], more: false }),
      },
      errors: ['invalid_request', 'tasks_unknown'],
      handler: createCancelTasksPage(deps),
    },
    {
      method: 'delete',
      path: '/tasks/:task_id',
      id: 'deleteTask',
      tag: 'Tasks',
      summary: 'Delete a task that is over',
      description:
        'Its record, its history and its work folder; of a pipeline, those of its steps too. An idempotency key of it may be used again.',
      access: 'submit',
      params: taskId,
      query: deleteQueryRequest,
      answers: {
        200: json('What was deleted.', deletedTaskSchema, {
          task_id: TASK_ID,
          deleted: [TASK_ID],
          files_removed: [],
          files_kept: [],
        }),
      },
      errors: ['invalid_request', 'task_not_found', 'task_not_over', 'operation_unavailable'],
      handler: createDeleteTaskPage(deps),
    },
    {
      method: 'get',
      path: '/tasks/:task_id',
      id: 'getTask',
      tag: 'Tasks',
      summary: 'Show all that is known of a task or a pipeline',
      description:
        'Its status, and beside it what was accepted, its attempts, its files and how long it waited and ran.',
      access: 'read',
      params: taskId,
      answers: { 200: json('The task.', taskDetailsSchema, DETAILS) },
      errors: ['task_not_found', 'status_unavailable'],
      handler: createShowTask(deps),
    },
    {
      method: 'patch',
      path: '/tasks/:task_id',
      id: 'changeTask',
      tag: 'Tasks',
      summary: 'Change the priority of a waiting task',
      description:
        'Of a pipeline, the priority of all steps that have none of their own. Other fields cannot be changed.',
      access: 'submit',
      params: taskId,
      body: { schema: changeTaskRequest, examples: { 'Run it earlier': { priority: 90 } } },
      answers: { 200: json('The status after it.', changedTaskSchema, { ...QUEUED_STATUS, priority: 90 }) },
      errors: ['invalid_request', 'priority_too_high', 'task_over', ...CHANGE_ERRORS],
      handler: createChangeTask(deps),
    },
    {
      method: 'post',
      path: '/tasks/:task_id/cancel',
      id: 'cancelTask',
      tag: 'Tasks',
      summary: 'Cancel a task that waits or runs',
      description: 'It becomes `failed` with the code `cancelled`. Of a pipeline, all its tasks are cancelled.',
      access: 'submit',
      params: taskId,
      takes: 'nothing',
      answers: {
        200: json('The task is over.', taskStatusSchema, CANCELLED_STATUS),
        202: json('Its engine has not let go of it yet.', taskStatusSchema, CANCELLING_STATUS),
      },
      errors: ['task_over', ...CHANGE_ERRORS],
      handler: createCancelTask(deps),
    },
    {
      method: 'post',
      path: '/tasks/:task_id/retry',
      id: 'retryTask',
      tag: 'Tasks',
      summary: 'Run a failed task again',
      description:
        'It runs under its id, with the same input and its current priority. Finished parts are kept. Of a pipeline, the steps that have not completed run again.',
      access: 'submit',
      params: taskId,
      takes: 'nothing',
      answers: { 202: json('The task is queued again.', taskStatusSchema, QUEUED_STATUS) },
      errors: ['task_not_failed', 'too_many_queued', ...CHANGE_ERRORS],
      handler: createRetryTask(deps),
    },
  ];
}
