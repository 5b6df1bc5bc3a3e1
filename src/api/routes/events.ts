import { z } from 'zod';
import { createTaskEvents, type TaskEventsDeps } from '../handlers/task-events.ts';
import type { Route } from '../route.ts';
import { TASK_ID } from './examples.ts';

/** Streams of events. */
export const createEventRoutes = (deps: TaskEventsDeps): Route[] => [
  {
    method: 'get',
    path: '/tasks/:task_id/events',
    id: 'streamTaskEvents',
    tag: 'Tasks',
    summary: 'Stream the status of a task or a pipeline',
    description:
      'Server-Sent Events: `status` with the body of `GET /task_status/{task_id}` at once and after each change, until the task is over; `error` with a problem before the stream ends early. A client that comes back with `Last-Event-ID` is not sent the status that it has, and gets 204 when there is nothing more.',
    access: 'read',
    params: z.object({
      task_id: z.guid().meta({ description: 'The id that the submission answered.', examples: [TASK_ID] }),
    }),
    headers: z.object({
      'Last-Event-ID': z
        .string()
        .optional()
        .meta({ description: 'The last id that the client has.', examples: ['x1'] }),
    }),
    answers: {
      200: { description: 'Events until the task is over.', type: 'text/event-stream' },
      204: { description: 'The task is over, and the client has its last event.' },
    },
    errors: ['task_not_found', 'status_unavailable', 'events_unavailable', 'busy'],
    handler: createTaskEvents(deps),
  },
];
