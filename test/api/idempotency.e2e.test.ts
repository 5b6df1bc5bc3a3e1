import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { TaskStatusBody } from '../../src/contracts/task-status.ts';
import { createTemporal } from '../../src/temporal/connection.ts';
import { samplesOf } from '../helpers/exposition.ts';
import { startServerProcess, type ServerProcess } from '../helpers/server-process.ts';
import { eventsOf, nextEvent, type ToldEvent } from '../helpers/read-events.ts';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';
import { startTestStack, type TestStack } from '../helpers/test-stack.ts';
import { environmentOf } from '../helpers/worker-process.ts';

let stack: TestStack;
let folder: string;
let env: NodeJS.ProcessEnv;
let redis: TcpProxy;
let temporal: TcpProxy;
let apis: [ServerProcess, ServerProcess];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'idempotency-'));
  stack = await startTestStack();
  env = environmentOf(stack.server.pid() ?? 0);
  delete env['NODE_CHANNEL_FD'];
  delete env['NODE_CHANNEL_SERIALIZATION_MODE'];
  redis = await startTcpProxy(Number(env['REDIS_PORT']));
  temporal = await startTcpProxy(Number(stack.temporalAddress.split(':')[1]));
  env = {
    ...env,
    REDIS_URL: '',
    REDIS_PORT: String(redis.port),
    TEMPORAL_ADDRESS: `127.0.0.1:${temporal.port}`,
  };
  apis = [
    await startServerProcess({ name: 'one', env, folder }),
    await startServerProcess({ name: 'two', env, folder }),
  ];
  // Tasks wait until a test resumes the queue.
  await send(`${apis[0].url}/queue/pause`, { reason: 'test' });
});
afterAll(async () => {
  for (const api of apis) await api.kill();
  await Promise.all([redis.cut(), temporal.cut()]);
  await stack.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Mends the way, and resolves when these APIs have it again: each tries only now and then. */
async function back(proxy: TcpProxy, part: 'redis' | 'temporal', having: ServerProcess[] = apis): Promise<void> {
  await proxy.mend();
  for (const { url } of having)
    await expect.poll(async () => (await fetch(`${url}/readyz?part=${part}`)).status).toBe(200);
}

interface Answer {
  status: number;
  replayed: string | null;
  body: { task_id: string; code?: string };
}

async function send(url: string, body: object, key?: string): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key === undefined ? {} : { 'Idempotency-Key': key }) },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    replayed: response.headers.get('idempotency-replayed'),
    body: (await response.json()) as Answer['body'],
  };
}

const film = (frames = 3) => ({
  task_type: 'remotion_render',
  payload: { timeline: { width: 64, height: 64, durationInFrames: frames } },
});
/** A random seed is drawn at each submission. */
const picture = { task_type: 'comfyui', payload: { template: 'flux_dev', params: { POSITIVE_PROMPT: 'a fox' } } };
const steps = { steps: [{ id: 'film', ...film() }] };

const statusOf = async (taskId: string): Promise<TaskStatusBody> =>
  (await (await fetch(`${apis[1].url}/task_status/${taskId}`)).json()) as TaskStatusBody;

/** How many runs Temporal has of a task. */
async function countRuns(taskId: string): Promise<number> {
  const { client, connection } = createTemporal({
    address: stack.temporalAddress,
    namespace: 'default',
    uiUrl: undefined,
    priorityLevels: 101,
  });
  onTestFinished(() => connection.close());
  return vi.waitUntil(async () => (await client.workflow.count(`WorkflowId = "${taskId}"`)).count || false, {
    timeout: 20_000,
  });
}

test.each([
  ['film', '/submit_task', film()],
  ['picture with a random seed', '/submit_task', picture],
  ['pipeline', '/submit_pipeline', steps],
])('A hundred submissions of a %s with one key, to two processes at once, are one task', async (_what, page, body) => {
  const key = randomUUID();
  /** As long as the answer is that the request was not accepted, and should be sent again. */
  const insist = async (url: string): Promise<Answer> => {
    const sent = await send(url, body, key);
    return sent.body.code === 'busy' ? insist(url) : sent;
  };
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => insist(`${apis[index % 2 === 0 ? 0 : 1].url}${page}`)),
  );
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  const [taskId, ...others] = new Set(answers.map(({ body: { task_id: id } }) => id));
  expect(others).toEqual([]);
  expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
  expect(await countRuns(taskId ?? '')).toBe(1);
});

test('The key may be in the body, and another body under it is refused', async () => {
  const key = randomUUID();
  const first = await send(`${apis[0].url}/submit_task`, film(), key);
  expect(await send(`${apis[1].url}/submit_task`, { idempotency_key: key, priority: null, ...film() })).toEqual({
    ...first,
    replayed: 'true',
  });
  expect(await send(`${apis[1].url}/submit_task`, film(4), key)).toMatchObject({
    status: 422,
    body: { code: 'idempotency_key_reused', task_id: first.body.task_id },
  });
  expect(await send(`${apis[1].url}/submit_pipeline`, steps, key)).toMatchObject({ status: 422 });
  const other = await send(`${apis[1].url}/submit_task`, { ...film(), client: 'another' }, key);
  expect(other).toMatchObject({ status: 200, replayed: null });
  expect(other.body.task_id).not.toBe(first.body.task_id);
});

test('The key of a failed task returns that task, which stays failed', async () => {
  const key = randomUUID();
  const first = await send(`${apis[0].url}/submit_task`, film(), key);
  const taskId = first.body.task_id;
  await send(`${apis[0].url}/tasks/${taskId}/cancel`, {});
  await vi.waitUntil(async () => (await statusOf(taskId)).status === 'failed', { timeout: 20_000 });
  expect(await send(`${apis[1].url}/submit_task`, film(), key)).toEqual({ ...first, replayed: 'true' });
  expect(await statusOf(taskId)).toMatchObject({ status: 'failed', attempts: 0 });

  // A retry is a new run under the same id; the key is still that of the task.
  await send(`${apis[0].url}/tasks/${taskId}/retry`, {});
  expect(await send(`${apis[1].url}/submit_task`, film(), key)).toEqual({ ...first, replayed: 'true' });
  expect(await send(`${apis[1].url}/submit_task`, film(4), key)).toMatchObject({ status: 422 });
});

test('While Redis is away, keys hold as before', async () => {
  const key = randomUUID();
  const first = await send(`${apis[0].url}/submit_task`, film(), key);
  await redis.cut();
  try {
    expect(await send(`${apis[1].url}/submit_task`, film(), key)).toEqual({ ...first, replayed: 'true' });
    expect(await send(`${apis[1].url}/submit_task`, film(5), key)).toMatchObject({ status: 422 });
    const other = randomUUID();
    const answers = await Promise.all(apis.map(({ url }) => send(`${url}/submit_task`, film(), other)));
    expect(new Set(answers.map(({ body }) => body.task_id)).size).toBe(1);
  } finally {
    await back(redis, 'redis');
  }
});

test('While Temporal is away nothing is accepted, and the same request is accepted when it is back', async () => {
  const key = randomUUID();
  const first = await send(`${apis[0].url}/submit_task`, film(), key);
  await temporal.cut();
  try {
    const away = await send(`${apis[1].url}/submit_task`, film(), key);
    expect(away.status).toBe(503);
    expect(['temporal_unavailable', 'acceptance_unknown']).toContain(away.body.code);
  } finally {
    await back(temporal, 'temporal');
  }
  const again = await vi.waitUntil(
    async () => {
      const answer = await send(`${apis[1].url}/submit_task`, film(), key);
      return answer.status === 200 && answer;
    },
    { timeout: 60_000, interval: 200 },
  );
  expect(again).toEqual({ ...first, replayed: 'true' });
});

test('The list and the deletion of tasks are right without Redis, and say so without Temporal', async () => {
  const client = randomUUID();
  const body = { ...film(), client, tags: ['mine'], metadata: { order: 7 } };
  const { task_id: taskId } = (await send(`${apis[0].url}/submit_task`, body)).body;
  await send(`${apis[0].url}/tasks/${taskId}/cancel`, {});
  const ask = async (page: string, method = 'GET') => {
    const response = await fetch(`${apis[1].url}${page}`, { method });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const page = `/tasks?client=${client}&error_code=cancelled`;
  const listed = { status: 200, body: { tasks: [{ task_id: taskId, tags: ['mine'], metadata: { order: 7 } }] } };
  await vi.waitFor(async () => expect(await ask(page)).toMatchObject(listed), { timeout: 30_000, interval: 100 });
  await temporal.cut();
  try {
    expect(await ask(page)).toMatchObject({ status: 503, body: { code: 'tasks_unknown' } });
    expect(await ask(`/tasks/${taskId}`)).toMatchObject({ status: 200, body: { done: true, input: null } });
    expect(await ask(`/tasks/${taskId}`, 'DELETE')).toMatchObject({
      status: 503,
      body: { code: 'operation_unavailable' },
    });
  } finally {
    await back(temporal, 'temporal');
  }
  await redis.cut();
  try {
    await vi.waitFor(async () => expect(await ask(page)).toMatchObject(listed), { timeout: 30_000, interval: 100 });
    expect(await ask(`/tasks/${taskId}`, 'DELETE')).toMatchObject({ status: 200, body: { deleted: [taskId] } });
    // The server deletes a run when it has time.
    await expect.poll(() => ask(`/tasks/${taskId}`)).toMatchObject({ status: 404 });
  } finally {
    await back(redis, 'redis');
  }
});

test('Events continue at another process and without Temporal, and end without Redis', async () => {
  const hangUp = new AbortController();
  onTestFinished(() => hangUp.abort());
  const tag = randomUUID();
  const open = (api: ServerProcess, lastId?: string): Promise<Response> =>
    fetch(`${api.url}/events?tag=${tag}`, {
      signal: hangUp.signal,
      headers: lastId === undefined ? {} : { 'Last-Event-ID': lastId },
    });
  const hears = async (events: AsyncGenerator<ToldEvent>, wanted: string): Promise<ToldEvent> => {
    for (;;) {
      const event = await nextEvent(events);
      if (event.event === wanted) return event;
    }
  };
  const first = eventsOf(await open(apis[0]));
  const { id } = await hears(first, 'reset');
  const { body } = await send(`${apis[1].url}/submit_task`, { ...film(), tags: [tag] });
  expect((await hears(first, 'status')).data).toMatchObject({ task_id: body.task_id, status: 'pending' });
  const second = eventsOf(await open(apis[1], id));
  expect((await hears(second, 'status')).data).toMatchObject({ task_id: body.task_id });
  await temporal.cut();
  try {
    expect((await hears(eventsOf(await open(apis[0], id)), 'status')).data).toMatchObject({ task_id: body.task_id });
  } finally {
    await back(temporal, 'temporal');
  }
  await redis.cut();
  try {
    expect((await hears(second, 'error')).data).toMatchObject({ code: 'events_unavailable' });
    expect((await second.next()).done).toBe(true);
    const refused = await open(apis[0]);
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'events_unavailable' }]);
    expect(await statusOf(body.task_id)).toMatchObject({ status: 'pending' });
  } finally {
    await back(redis, 'redis');
  }
});

test('Both processes show the same numbers, and none that are out of date without Redis or Temporal', async () => {
  const read = async (api: ServerProcess): Promise<Map<string, number>> =>
    samplesOf(await (await fetch(`${api.url}/metrics`)).text());
  const reads = (what: string, value: number | undefined) =>
    vi.waitFor(
      async () => {
        for (const api of apis) expect([...(await read(api))].find(([name]) => name.startsWith(what))?.[1]).toBe(value);
      },
      { timeout: 30_000, interval: 200 },
    );
  const cancelled = 'gpumw_tasks_finished_total{task_type="remotion_render",outcome="cancelled"}';
  // The test before cut the connections.
  const count = await vi.waitFor(
    async () => {
      const found = (await read(apis[0])).get(cancelled);
      if (found === undefined) throw new Error('Redis is not back yet');
      return found;
    },
    { timeout: 30_000, interval: 200 },
  );
  const { body } = await send(`${apis[0].url}/submit_task`, film());
  await send(`${apis[1].url}/tasks/${body.task_id}/cancel`, {});
  await reads(cancelled, count + 1);
  await redis.cut();
  try {
    await reads('gpumw_up{part="redis"}', 0);
    await reads('gpumw_queue_tasks', undefined);
    await reads('gpumw_tasks_finished_total', undefined);
  } finally {
    await back(redis, 'redis');
  }
  await temporal.cut();
  try {
    await reads('gpumw_up{part="temporal"}', 0);
    await reads('gpumw_up{part="gpu_worker"}', undefined);
    await reads(cancelled, count + 1);
  } finally {
    await back(temporal, 'temporal');
  }
  await reads('gpumw_up{part="temporal"}', 1);
});

test('Requests that are repeated after the API was killed get one task', async () => {
  const doomed = await startServerProcess({ name: `doomed-${randomUUID()}`, env, folder });
  const keys = Array.from({ length: 20 }, () => randomUUID());
  const asked = keys.map((key) => send(`${doomed.url}/submit_task`, film(), key).catch(() => undefined));
  await Promise.race(asked);
  await doomed.kill();
  const before = await Promise.all(asked);
  const after = await Promise.all(keys.map((key) => send(`${apis[0].url}/submit_task`, film(), key)));
  for (const [index, answer] of after.entries()) {
    expect(answer.status).toBe(200);
    expect(before[index]?.body.task_id ?? answer.body.task_id).toBe(answer.body.task_id);
    expect(await countRuns(answer.body.task_id)).toBe(1);
  }
});

test('A task of another client is unknown: with Redis, without it, and in lists and the queue', async () => {
  const keys = ['shop', 'n8n', 'ops'].map((name) => ({
    name,
    key: `key-${name}`,
    role: name === 'ops' ? 'admin' : 'submit',
  }));
  const keyed = await startServerProcess({
    name: 'keyed',
    env: { ...env, API_KEYS: JSON.stringify(keys), HOST: '127.0.0.1' },
    folder,
  });
  onTestFinished(() => keyed.kill());
  const ask = async (name: string, page: string, body?: object) => {
    const headers = { 'X-API-Key': `key-${name}`, 'Content-Type': 'application/json' };
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${keyed.url}${page}`, { headers, ...sent });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const submitted = async (page: string, body: object) => (await ask('shop', page, body)).body['task_id'] as string;
  const task = await submitted('/submit_task', film());
  const pipeline = await submitted('/submit_pipeline', steps);
  const { body } = await vi.waitUntil(
    async () => {
      const answer = await ask('shop', `/task_status/${pipeline}`);
      return JSON.stringify(answer.body).includes('"phase":"queued"') && answer;
    },
    { timeout: 30_000, interval: 200 },
  );
  const step = (body['result'] as { steps: { film: { task_id: string } } }).steps.film.task_id;
  const ids = [task, pipeline, step];
  const statuses = (name: string) => Promise.all(ids.map(async (id) => (await ask(name, `/task_status/${id}`)).status));
  const listed = async (name: string) => {
    const { tasks } = (await ask(name, '/tasks?limit=200')).body as { tasks: { task_id: string }[] };
    return ids.map((id) => tasks.some(({ task_id: one }) => one === id));
  };
  const known = { shop: [200, 200, 200], n8n: [404, 404, 404], ops: [200, 200, 200] };
  for (const [name, expected] of Object.entries(known)) {
    expect(await statuses(name)).toEqual(expected);
    const isKnown = expected.map((status) => status === 200);
    await vi.waitFor(async () => expect(await listed(name)).toEqual(isKnown), { timeout: 30_000, interval: 200 });
  }
  expect((await ask('n8n', `/tasks/${task}/cancel`, {})).status).toBe(404);
  const waiting = JSON.stringify((await ask('n8n', '/queue?next=1000')).body);
  expect(ids.filter((id) => waiting.includes(id))).toEqual([]);
  expect(waiting).toContain('"task_id":null');
  expect(JSON.stringify((await ask('ops', '/queue?next=1000')).body)).toContain(step);
  await redis.cut();
  try {
    const other = await submitted('/submit_task', film());
    expect((await ask('n8n', `/task_status/${other}`)).status).toBe(404);
    for (const [name, expected] of Object.entries(known)) expect(await statuses(name)).toEqual(expected);
  } finally {
    await back(redis, 'redis', [keyed]);
  }
  expect(await ask('n8n', '/tasks/cancel', { all: true })).toMatchObject({ body: { cancelled: [] } });
  expect((await ask('shop', `/task_status/${task}`)).body).toMatchObject({ status: 'pending', client: 'shop' });
});
