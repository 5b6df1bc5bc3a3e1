import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { Answered } from '../contracts/answered.ts';
import { PIPELINE, TASK_TYPES, type WorkType } from '../contracts/names.ts';
import { FAMILIES, type FamilyName } from './families.ts';

/** The numbers of this process since its start. */
export interface ProcessMetrics {
  noteAnswer: (answered: Answered) => void;
  noteSubmitted: (taskType: WorkType) => void;
  /** The text that Prometheus reads. */
  text: () => Promise<string>;
}

const SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 5, 30, 60];
/** Clients choose the method of a request that no route takes. */
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const OTHER = 'other';

const about = (name: FamilyName, registry: Registry) => ({
  name,
  help: FAMILIES[name].help,
  labelNames: FAMILIES[name].labels,
  registers: [registry],
});

/** Counts what this process does, beside the usual numbers of Node processes. */
export function createProcessMetrics(): ProcessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter(about('gpumw_http_requests_total', registry));
  const durations = new Histogram({ ...about('gpumw_http_request_duration_seconds', registry), buckets: SECONDS });
  const submitted = new Counter(about('gpumw_tasks_submitted_total', registry));
  for (const taskType of [...TASK_TYPES, PIPELINE]) submitted.inc({ task_type: taskType }, 0);
  return {
    noteAnswer({ method, route = OTHER, status, seconds }) {
      requests.inc({ method: METHODS.includes(method) ? method : OTHER, route, status });
      durations.observe({ route }, seconds);
    },
    noteSubmitted: (taskType) => submitted.inc({ task_type: taskType }),
    text: () => registry.metrics(),
  };
}
