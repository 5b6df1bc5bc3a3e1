import { z } from 'zod';
import { eventsRequest, taskEventsRequest } from '../../contracts/events.ts';
import { createEvents, type EventsDeps } from '../handlers/events.ts';
import { createTaskEvents } from '../handlers/task-events.ts';
import type { Route } from '../route.ts';
import { TASK_ID } from './examples.ts';

const headers = z.object({
  'Last-Event-ID': z
    .string()
    .optional()
    .meta({ description: 'The last id that the client has.', examples: ['1767519176000-0.4nq1Xf0pVbJ2c8Ls'] }),
});

/** Streams of events. */
export const createEventRoutes = (deps: EventsDeps): Route[] => [
  {
    method: 'get',
    path: '/tasks/:task_id/events',
    id: 'streamTaskEvents',
    tag: 'Tasks',
    summary: 'Stream the status of a task or a pipeline',
    description:
      'Server-Sent Events until the task is over: `status` with the body of `GET /task_status/{task_id}` and `step`, at once and after each change; `file` when a file or a part of the work is done; `warning`; `preview` with a picture of ComfyUI; `error` with a problem, or `bye`, before the stream ends early. A client that comes back with `Last-Event-ID` is not sent the status that it has, and gets 204 when there is nothing more.',
    access: 'read',
    params: z.object({
      task_id: z.guid().meta({ description: 'The id that the submission answered.', examples: [TASK_ID] }),
    }),
    query: taskEventsRequest,
    headers,
    answers: {
      200: { description: 'Events until the task is over.', type: 'text/event-stream' },
      204: { description: 'The task is over, and the client has its last event.' },
    },
    errors: [
      'invalid_request',
      'task_not_found',
      'status_unavailable',
      'events_unavailable',
      'too_many_streams',
      'streams_full',
    ],
    handler: createTaskEvents(deps),
  },
  {
    method: 'get',
    path: '/events',
    id: 'streamEvents',
    tag: 'Tasks',
    summary: 'Stream the changes of all tasks, or of some',
    description:
      'Server-Sent Events of all tasks that match the filters: `status`, `file`, `warning`, `preview`, `error` and `bye` as of one task, and `queue` with the positions of the first 100 waiting tasks. The first event is `reset`: what was before is not sent, so list the tasks with `GET /tasks`. A client that comes back with `Last-Event-ID` gets what it missed instead; if that is no longer known, it gets `reset` again.',
    access: 'read',
    query: eventsRequest,
    headers,
    answers: { 200: { description: 'Events until the client hangs up.', type: 'text/event-stream' } },
    errors: ['invalid_request', 'events_unavailable', 'too_many_streams', 'streams_full'],
    handler: createEvents(deps),
  },
];
