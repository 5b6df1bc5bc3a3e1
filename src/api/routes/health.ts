import { healthSchema } from '../../contracts/health.ts';
import { createHealth, type HealthDeps } from '../handlers/health.ts';
import { json, type Route } from '../route.ts';
import { PART } from './examples.ts';

/** For monitors. */
export function createHealthRoutes(deps: HealthDeps): Route[] {
  return [
    {
      method: 'get',
      path: '/health',
      id: 'showHealth',
      tag: 'Health',
      summary: 'Show what works and what does not',
      description: 'Answers 200 while the API lives; `status` says whether all that tasks need is there. Needs no key.',
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
      handler: createHealth(deps),
    },
  ];
}
