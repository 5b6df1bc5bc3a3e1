import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { recordKey } from '../../src/status/queue-keys.ts';
import { startTestStack, type TestStack } from '../helpers/test-stack.ts';

interface Listed {
  task_id: string;
  status: string;
  done: boolean;
  created_at: string;
  client: string;
  tags: string[];
  metadata: unknown;
  error_code?: string;
  step: { pipeline: string; name: string } | null;
  links: Record<string, string>;
}
interface Page {
  tasks: Listed[];
  next_cursor: string | null;
  links: { self: string; next?: string };
  code?: string;
  errors?: { path: string }[];
  warnings?: string[];
}

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  await post('/queue/pause', { reason: 'test' });
});
afterAll(() => stack.remove());

const post = async (page: string, body: object) => {
  const response = await fetch(`${stack.apiUrl}${page}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', traceparent: TRACE },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> & { task_id: string } };
};
const get = async (page: string): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${stack.apiUrl}${page}`);
  return { status: response.status, body: await response.json() };
};
const list = async (query: string): Promise<Page> => (await get(`/tasks?${query}`)).body as Page;
const idsOf = ({ tasks }: Page): string[] => tasks.map(({ task_id: id }) => id);
/** Visibility is some ten milliseconds late. */
const listed = (query: string, ids: readonly string[]) =>
  vi.waitFor(async () => expect(idsOf(await list(query))).toEqual(ids), { timeout: 30_000, interval: 100 });

const film = (more: object = {}) => ({
  task_type: 'remotion_render',
  payload: { timeline: { width: 64, height: 64, durationInFrames: 3 } },
  ...more,
});
const submit = async (more: object): Promise<string> => (await post('/submit_task', film(more))).body.task_id;

test('Tasks are listed newest first, page by page, with what their submissions said', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 7; index += 1)
    ids.push(await submit({ client: 'pages', tags: ['all', `n${index}`], metadata: { index } }));
  const newest = ids.toReversed();
  await listed('client=pages', newest);
  const seen: Listed[] = [];
  let next: string | undefined = '/tasks?client=pages&limit=3';
  while (next !== undefined) {
    const page = (await get(next)).body as Page;
    seen.push(...page.tasks);
    next = page.links.next;
  }
  expect(seen.map(({ task_id: id }) => id)).toEqual(newest);
  expect(seen[0]).toMatchObject({
    status: 'pending',
    done: false,
    client: 'pages',
    tags: ['all', 'n6'],
    metadata: { index: 6 },
    step: null,
    links: { cancel: `/tasks/${newest[0]}/cancel` },
  });
  await listed('tag=n3', [ids[3] ?? '']);
  await listed('client=pages&tag=n3&task_type=comfyui', []);
});

test('Filters choose by status, time, error and pipeline', async () => {
  const [kept, cancelled] = [await submit({ client: 'filters' }), await submit({ client: 'filters' })];
  await post(`/tasks/${cancelled}/cancel`, {});
  await listed('client=filters&status=pending', [kept]);
  await listed('client=filters&status=failed', [cancelled]);
  await listed('client=filters&error_code=cancelled', [cancelled]);
  await listed('client=filters&error_code=queue_timeout', []);
  await listed('client=filters&status=completed', []);
  const { created_at: moment } = (await get(`/task_status/${cancelled}`)).body as Listed;
  await listed(`client=filters&since=${moment}`, [cancelled]);
  await listed(`client=filters&until=${moment}`, [kept]);

  const steps = { client: 'filters', steps: [{ id: 'film', ...film() }] };
  const { task_id: pipeline } = (await post('/submit_pipeline', steps)).body;
  await vi.waitFor(
    async () => {
      const [step] = (await list(`pipeline=${pipeline}`)).tasks;
      expect(step).toMatchObject({ step: { pipeline, name: 'film' }, client: 'filters' });
    },
    { timeout: 30_000, interval: 100 },
  );
  await listed('client=filters&pipeline=none', [pipeline, cancelled, kept]);
});

test('A task that was retried is listed once, with its present status', async () => {
  const id = await submit({ client: 'retried' });
  await post(`/tasks/${id}/cancel`, {});
  await post(`/tasks/${id}/retry`, {});
  await listed('client=retried', [id]);
  await listed('client=retried&status=failed', []);
  await listed('client=retried&status=pending', [id]);
});

test('The list is right where Redis has lost a record', async () => {
  const id = await submit({ client: 'lost', tags: ['x'], metadata: [1] });
  await listed('client=lost', [id]);
  const { Redis } = await import('ioredis');
  const { environmentOf } = await import('../helpers/worker-process.ts');
  const redis = new Redis({ port: Number(environmentOf(stack.server.pid() ?? 0)['REDIS_PORT']) });
  await redis.del(recordKey(id));
  expect((await list('client=lost')).tasks).toMatchObject([{ task_id: id, tags: ['x'], metadata: [1] }]);
  redis.disconnect();
});

test.each([
  ['status=done', 'status'],
  ['limit=0', 'limit'],
  ['limit=201', 'limit'],
  ['cursor=abc', 'cursor'],
  ['since=yesterday', 'since'],
  ['pipeline=7', 'pipeline'],
  ['client=a%22%20OR%20Client%20%3D%20%22b', 'client'],
  ['tag=a%22b', 'tag'],
  ['error_code=A%20B', 'error_code'],
])('The query %s is refused by its field', async (query, field) => {
  const { status, body } = await get(`/tasks?${query}`);
  expect({ status, paths: (body as Page).errors?.map(({ path }) => path) }).toEqual({ status: 422, paths: [field] });
});

test('A misspelt filter is named, and its task is shown with all that is known of it', async () => {
  expect((await list('statsu=failed&limit=1')).warnings).toEqual([
    'statsu is unknown and was ignored; did you mean status?',
  ]);
  const id = await submit({ client: 'details', priority: 60, tags: ['y'], metadata: { a: 1 } });
  const details = (await get(`/tasks/${id}`)).body as Record<string, unknown>;
  expect(details).toMatchObject({
    task_id: id,
    status: 'pending',
    input: { task_type: 'remotion_render', priority: 60, payload: { outputPath: `output/render_${id}.mp4` } },
    attempt_history: [],
    traceparent: TRACE,
    running_ms: null,
    files: [],
    step: null,
  });
  await post('/queue/resume', {});
  await stack.poll(id, ({ status }) => status === 'completed');
  const done = (await get(`/tasks/${id}`)).body as Record<string, unknown>;
  expect(done).toMatchObject({
    done: true,
    tags: ['y'],
    metadata: { a: 1 },
    attempt_history: [{ attempt: 1, outcome: 'completed', error: null }],
    files: [{ path: `output/render_${id}.mp4`, kind: 'video' }],
  });
  expect(done['running_ms']).toBeGreaterThan(0);
  expect((await get(`/tasks/${id.replace(/^./, (c) => (c === '0' ? '1' : '0'))}`)).status).toBe(404);
});
