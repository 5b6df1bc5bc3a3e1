import type { Core } from '../core.ts';
import { useUp } from '../faults.ts';
import { isObject } from '../graph.ts';
import { finishedJob, unfinishedJob } from '../queue/job-record.ts';
import { json } from './body.ts';
import { removeWaiting } from './queue.ts';
import { get, ok, post, type Answer, type Route } from './route.ts';

const STATUSES = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const refused = (error: string, more: object = {}): Answer => ({ status: 400, body: { error, ...more } });

/**
 * History comes first: an id that was submitted again is `completed` with the files of its first run until the second
 * has ended.
 */
function oneJob({ history, queue }: Core, id: string): Record<string, unknown> | undefined {
  const entry = history.get(id);
  if (entry !== undefined) return finishedJob(entry, true);
  const running = queue.running();
  if (running?.id === id) return unfinishedJob(running, 'in_progress');
  const waiting = queue.pending().find((prompt) => prompt.id === id);
  return waiting && unfinishedJob(waiting, 'pending');
}

function allJobs({ history, queue }: Core): Record<string, unknown>[] {
  const running = queue.running();
  return [
    ...(running === undefined ? [] : [unfinishedJob(running, 'in_progress')]),
    ...queue.pending().map((prompt) => unfinishedJob(prompt, 'pending')),
    ...Object.values(history.page()).map((entry) => finishedJob(entry, false)),
  ];
}

const sortKey =
  (by: string) =>
  (job: Record<string, unknown>): number =>
    by === 'execution_duration'
      ? Number(job['execution_end_time'] ?? 0) - Number(job['execution_start_time'] ?? 0)
      : Number(job['create_time'] ?? 0);

function list(core: Core, query: URLSearchParams): Answer {
  const statuses = query.get('status')?.split(',').filter(Boolean) ?? STATUSES;
  const unknown = statuses.filter((status) => !STATUSES.includes(status));
  if (unknown.length > 0)
    return refused(`Invalid status value(s): ${unknown.join(', ')}. Valid values: ${STATUSES.join(', ')}`);
  const limit = query.get('limit') === null ? null : Number(query.get('limit'));
  if (limit !== null && !(Number.isInteger(limit) && limit > 0)) return refused('limit must be a positive integer');
  const offset = Math.max(0, Number(query.get('offset') ?? 0));
  const key = sortKey(query.get('sort_by') ?? 'created_at');
  const sign = query.get('sort_order') === 'asc' ? 1 : -1;
  const workflow = query.get('workflow_id');
  const jobs = allJobs(core)
    .filter((job) => statuses.includes(String(job['status'])) && (workflow === null || job['workflow_id'] === workflow))
    .toSorted((a, b) => sign * (key(a) - key(b)));
  const page = jobs.slice(offset, limit === null ? undefined : offset + limit);
  return ok({
    jobs: page,
    pagination: { offset, limit, total: jobs.length, has_more: offset + page.length < jobs.length },
  });
}

/** `true` says that it was dispatched, not that it worked: a running prompt ends later, or never. */
function cancel(core: Core, id: string): boolean {
  const { queue, faults, flags } = core;
  const runs = queue.running()?.id === id;
  if (!runs && !queue.pending().some((prompt) => prompt.id === id)) return false;
  if (useUp(faults, 'loseCancels')) return true;
  if (runs) flags.interrupted = true;
  else removeWaiting(core, (prompt) => prompt.id === id);
  return true;
}

function cancelSeveral(core: Core, body: Buffer): Answer {
  let wish: unknown;
  try {
    wish = json(body);
  } catch {
    return refused('Request body must be valid JSON');
  }
  const ids = isObject(wish) ? wish['job_ids'] : undefined;
  if (!Array.isArray(ids)) return refused('job_ids must be a list');
  const invalid = ids.filter((id) => typeof id !== 'string' || !UUID.test(id)).map(String);
  if (invalid.length > 0) return refused('job_ids contains invalid id(s)', { invalid_ids: invalid });
  core.counters.count('cancels');
  return ok({ cancelled: ids.map((id) => cancel(core, String(id))).includes(true) });
}

/** Routes that 0.6.0 added; here without the `/api` before their name. */
export const jobRoutes: Route[] = [
  get(/^\/jobs$/, ({ core, url }) => list(core, url.searchParams)),
  get(/^\/jobs\/([^/]+)$/, ({ core, params: [id = ''] }) => {
    const job = oneJob(core, id);
    return job === undefined ? { status: 404, body: { error: 'Job not found' } } : ok(job);
  }),
];

/** Routes that 0.26.0 added. */
export const cancelRoutes: Route[] = [
  post(/^\/jobs\/cancel$/, ({ core, body }) => cancelSeveral(core, body)),
  post(/^\/jobs\/([^/]+)\/cancel$/, ({ core, params: [id = ''] }) => {
    core.counters.count('cancels');
    return ok({ cancelled: cancel(core, id) });
  }),
];
