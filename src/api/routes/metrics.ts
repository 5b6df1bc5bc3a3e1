import { createMetricsPage, type MetricsDeps } from '../handlers/metrics.ts';
import type { Route } from '../route.ts';

/** The route for Prometheus. */
export function createMetricsRoutes(deps: MetricsDeps): Route[] {
  return [
    {
      method: 'get',
      path: '/metrics',
      id: 'showMetrics',
      tag: 'Health',
      summary: 'Show the numbers for Prometheus',
      description:
        'The text format of Prometheus, version 0.0.4. Numbers that cannot be read now, because Redis or Temporal is away, are left out, and `gpumw_up` is 0. Numbers are at most a second old.',
      access: 'read',
      answers: { 200: { description: 'The metrics.', type: 'text/plain' } },
      errors: [],
      handler: createMetricsPage(deps),
    },
  ];
}
