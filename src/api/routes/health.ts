import { aliveSchema, healthSchema, readinessRequest } from '../../contracts/health.ts';
import { createHealth, type HealthDeps } from '../handlers/health.ts';
import { json, type Route } from '../route.ts';
import { PART } from './examples.ts';

/** The routes for monitors. */
export function createHealthRoutes(deps: HealthDeps): Route[] {
  const { show, live, ready } = createHealth(deps);
  return [
    {
      method: 'get',
      path: '/health',
      id: 'showHealth',
      tag: 'Health',
      summary: 'Show what works and what does not',
      description:
        'Answers 200 while the API lives; `status` says whether all that tasks need is there. Where keys are set, a request without a key gets `status` alone, and only an `admin` key sees the addresses of the parts.',
      access: 'anybody',
      answers: {
        200: json('The health of every part.', healthSchema, {
          status: 'ok',
          temporal: PART,
          redis: PART,
          gpu_worker: PART,
          control_worker: PART,
          assets: PART,
          engines: { comfyui: PART, cosyvoice: PART },
          cards: [
            {
              gpu_id: 'GPU-5f0c',
              holder: { host: 'box', pid: 4242, since: '2026-01-04T09:00:00.000Z' },
              number: 7,
              lease: 'held',
            },
          ],
        }),
      },
      errors: [],
      handler: show,
    },
    {
      method: 'get',
      path: '/livez',
      id: 'showLiveness',
      tag: 'Health',
      summary: 'Show that the API lives',
      description: 'For a supervisor that restarts a process without an answer. Needs no key.',
      access: 'anybody',
      answers: { 200: json('It lives.', aliveSchema, { status: 'ok' }) },
      errors: [],
      handler: live,
    },
    {
      method: 'get',
      path: '/readyz',
      id: 'showReadiness',
      tag: 'Health',
      summary: 'Show whether the API can accept tasks',
      description:
        'For a load balancer: 503 while Temporal or the asset folder is away. With `part`, for a supervisor: 503 while that part does not work. Needs no key.',
      access: 'anybody',
      query: readinessRequest,
      answers: { 200: json('It can accept tasks, or the part works.', aliveSchema, { status: 'ok' }) },
      errors: ['invalid_request', 'temporal_unavailable', 'asset_folder_unavailable', 'part_unavailable'],
      handler: ready,
    },
  ];
}
