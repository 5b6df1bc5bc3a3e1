import { z } from 'zod';
import {
  drainedSchema,
  drainRequest,
  LONGEST_WAIT_SECONDS,
  MOST_NEXT,
  pausedSchema,
  pauseRequest,
  queueSchema,
} from '../../contracts/queue.ts';
import { createDrainQueue, type DrainQueueDeps } from '../handlers/drain-queue.ts';
import { createPauseQueue, createResumeQueue } from '../handlers/pause-queue.ts';
import { createShowQueue, type ShowQueueDeps } from '../handlers/show-queue.ts';
import { json, type Route } from '../route.ts';
import { PART, PAUSE, TASK_ID } from './examples.ts';

export type QueueRouteDeps = ShowQueueDeps & DrainQueueDeps;

const RUNNING = {
  task_id: TASK_ID,
  task_type: 'comfyui' as const,
  priority: 70,
  started_at: '2026-01-04T09:33:20.000Z',
  progress: 0.4,
  phase: 'Draw 8/20',
  attempts: 1,
};

/** The queue as a whole. */
export function createQueueRoutes(deps: QueueRouteDeps): Route[] {
  return [
    {
      method: 'get',
      path: '/queue',
      id: 'showQueue',
      tag: 'Queue',
      summary: 'Show what runs, what waits, and how long it takes',
      description: 'Also shows the engines and the workers that both depend on.',
      access: 'read',
      query: z.object({
        next: z
          .int()
          .min(0)
          .max(MOST_NEXT)
          .optional()
          .meta({ description: 'How many waiting tasks are listed; 20 by default.', examples: [50] }),
      }),
      answers: {
        200: json('The queue.', queueSchema, {
          paused: null,
          running: [RUNNING],
          waiting: {
            count: 1,
            by_priority: [{ priority: 50, count: 1 }],
            next: [
              {
                task_id: '63772852-b3fb-46b3-ba0d-a8df863e64bf',
                task_type: 'cosyvoice',
                priority: 50,
                created_at: '2026-01-04T09:33:00.000Z',
              },
            ],
            for_engine: { cosyvoice: 0, comfyui: 0 },
          },
          drain_seconds: { min: 15, max: 40 },
          engines: { comfyui: PART, cosyvoice: PART },
          gpu_worker: PART,
          control_worker: PART,
        }),
      },
      errors: ['invalid_request', 'queue_unknown'],
      handler: createShowQueue(deps),
    },
    {
      method: 'post',
      path: '/queue/pause',
      id: 'pauseQueue',
      tag: 'Queue',
      summary: 'Hand out no more GPU work',
      description: 'The task in hand finishes; the others wait until `POST /queue/resume`.',
      access: 'admin',
      body: { schema: pauseRequest, examples: { Maintenance: { reason: 'new driver' } } },
      answers: { 200: json('The queue is paused.', pausedSchema, { paused: PAUSE }) },
      errors: ['invalid_request', 'operation_unavailable', 'pause_unsupported'],
      handler: createPauseQueue(deps),
    },
    {
      method: 'post',
      path: '/queue/resume',
      id: 'resumeQueue',
      tag: 'Queue',
      summary: 'Hand out GPU work again',
      description: 'Ends a pause; without one it changes nothing.',
      access: 'admin',
      takes: 'nothing',
      answers: { 200: json('The queue hands out work.', pausedSchema, { paused: null }) },
      errors: ['operation_unavailable', 'pause_unsupported'],
      handler: createResumeQueue(deps),
    },
    {
      method: 'post',
      path: '/queue/drain',
      id: 'drainQueue',
      tag: 'Queue',
      summary: 'Pause, and wait until nothing runs any more',
      description: 'For a restart or an upgrade. A pause that is in force stays as it is.',
      access: 'admin',
      query: z.object({
        wait: z
          .int()
          .min(0)
          .max(LONGEST_WAIT_SECONDS)
          .optional()
          .meta({ description: 'How long the answer may take, in seconds; 0 by default.', examples: [30] }),
      }),
      body: { schema: drainRequest, examples: { Upgrade: { reason: 'upgrade' } }, optional: true },
      answers: {
        200: json('Nothing runs any more.', drainedSchema, { drained: true, paused: PAUSE, running: [] }),
        202: json('Some tasks still run.', drainedSchema, { drained: false, paused: PAUSE, running: [RUNNING] }),
      },
      errors: ['invalid_request', 'operation_unavailable', 'pause_unsupported'],
      handler: createDrainQueue(deps),
    },
  ];
}
