import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { isAboutTask, takesBody, type Route } from '../../src/api/route.ts';
import { createRoutes, type RouteDeps } from '../../src/api/routes.ts';
import type { StatusRecord } from '../../src/status/record.ts';
import { AppError } from '../../src/errors.ts';
import { createReadOwner } from '../../src/status/task-owners.ts';
import { startApi, TASK_ID, type ApiRig } from '../helpers/api-rig.ts';
import { blankRecord } from '../helpers/blank-record.ts';
import { createFakeFeed } from '../helpers/fake-feed.ts';
import { eventsOf, nextEvent } from '../helpers/read-events.ts';

/** Keys whose tasks are none of each other's business. */
const KEYS = ['shop', 'n8n', 'ops'].map((name) => ({
  name,
  key: `key-${name}`,
  role: name === 'ops' ? 'admin' : 'submit',
}));
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
/** A task of before the record had its client, which Temporal knows. */
const OLD = '11111111-1111-4111-8111-111111111111';
/** A task that nobody owns. */
const ORPHAN = '22222222-2222-4222-8222-222222222222';

const record = (client: string | null): StatusRecord => ({ ...blankRecord, status: 'failed', client });
const records: Record<string, StatusRecord> = {
  [TASK_ID]: record('shop'),
  [OLD]: record(null),
  [ORPHAN]: record(null),
};
const readStatus = (taskId: string) => Promise.resolve(records[taskId] ?? null);
const describeTask = vi.fn((taskId: string) =>
  Promise.resolve({ version: { runStartedAt: 1, attempt: 0 }, record: record(taskId === OLD ? 'shop' : null) }),
);
const listTasks = vi.fn<RouteDeps['listTasks']>();
const cancelTasks = vi.fn<RouteDeps['cancelTasks']>();

const mine = { taskType: 'comfyui', template: null, priority: 50, createdAt: '2026-01-04T09:33:00.000Z' } as const;
const inHand = {
  ...record('shop'),
  status: 'processing',
  phase: 'Secret node 8/20',
  taskId: TASK_ID,
  startedAt: mine.createdAt,
} as const;

let api: ApiRig;
beforeAll(async () => {
  const deps: Partial<RouteDeps> = {
    readStatus,
    readOwner: createReadOwner({ readStatus, describe: describeTask }),
    cancelTask: () => Promise.resolve({ over: true, record: record('shop') }),
    retryTask: () => Promise.resolve(record('shop')),
    changePriority: () => Promise.resolve(record('shop')),
    deleteTask: () => Promise.resolve({ taskIds: [TASK_ID], filesRemoved: [], filesKept: [] }),
    listTasks,
    cancelTasks,
    forecast: {
      ofTask: () => Promise.resolve({ position: null, eta: null, pause: null, obstacle: null }),
      ofQueue: () =>
        Promise.resolve({
          count: 2,
          waiting: [
            { ...mine, taskId: OLD, client: 'shop' },
            { ...mine, taskId: UNKNOWN, client: 'n8n' },
          ],
          running: [inHand],
          pause: null,
          starts: [],
          drained: null,
        }),
      refresh: () => undefined,
    },
  };
  api = await startApi(deps, KEYS);
});
afterAll(() => api.close());
beforeEach(() => {
  listTasks.mockReset().mockResolvedValue({ tasks: [], next: null });
  cancelTasks.mockReset().mockResolvedValue({ cancelled: [], failed: [], more: false });
});

async function ask(name: string, method: string, place: string, body?: unknown) {
  const headers = { 'X-API-Key': `key-${name}`, 'Content-Type': 'application/json' };
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(api.base + place, { method, headers, ...sent });
  const text = (await response.text()).replace(/"request_id":"[^"]+"/, '"request_id":""');
  return { status: response.status, text };
}

const routes = createRoutes({} as RouteDeps);
const aboutTasks = routes.filter(isAboutTask);

/** Good and bad requests of a route about a task. */
const requestsOf = (route: Route): { more: string; body?: unknown }[] => {
  const [example] = Object.values(route.body?.examples ?? {});
  const bodies = takesBody(route) ? [example, { priority: 'high' }, '{', undefined] : [undefined];
  return ['', '?wait=x&files=x&limit=x'].flatMap((more) => bodies.map((body) => ({ more, body })));
};

test('The table has routes about tasks', () => {
  expect(aboutTasks.length).toBeGreaterThan(6);
  // Every path with an id names it by the same parameter.
  const withId = routes.filter(({ path }) => /_id\b|:id/.test(path) && !path.startsWith('/voices'));
  expect(withId).toEqual(aboutTasks);
});

describe.each(aboutTasks.map((route) => ({ name: `${route.method.toUpperCase()} ${route.path}`, route })))(
  '$name',
  ({ route }) => {
    const method = route.method.toUpperCase();
    const askAbout = (name: string, id: string, { more, body }: { more: string; body?: unknown }) =>
      ask(name, method, route.path.replace(':task_id', id) + more, body);

    test('answers another client as for an unknown id, whatever it sends', async () => {
      for (const request of requestsOf(route)) {
        const unknown = await askAbout('n8n', UNKNOWN, request);
        for (const id of [TASK_ID, OLD, ORPHAN]) {
          const { status, text } = await askAbout('n8n', id, request);
          expect({ status, text: text.replaceAll(id, UNKNOWN) }).toEqual(unknown);
        }
      }
    });

    test('answers the owner and an admin', async () => {
      const [request = { more: '' }] = requestsOf(route);
      for (const id of [TASK_ID, OLD])
        for (const name of ['shop', 'ops'])
          expect((await askAbout(name, id, request)).text).not.toContain('task_not_found');
      expect((await askAbout('ops', ORPHAN, request)).text).not.toContain('task_not_found');
      expect((await askAbout('n8n', TASK_ID, request)).text).toContain('task_not_found');
    });
  },
);

describe('Of other clients', () => {
  test('a list shows nothing, whatever the filters', async () => {
    await ask('n8n', 'GET', '/tasks?status=failed&client=n8n');
    await ask('n8n', 'GET', `/tasks?pipeline=${UNKNOWN}`);
    expect(listTasks.mock.calls.map(([filters]) => filters.client)).toEqual(['n8n', 'n8n']);
    expect(JSON.parse((await ask('n8n', 'GET', '/tasks?client=shop')).text)).toMatchObject({
      tasks: [],
      warnings: ['client: this API key sees only its own tasks'],
    });
    expect(listTasks).toHaveBeenCalledTimes(2);
    await ask('ops', 'GET', '/tasks');
    await ask('ops', 'GET', '/tasks?client=shop');
    expect(listTasks.mock.calls.slice(2).map(([filters]) => filters.client)).toEqual([undefined, 'shop']);
  });

  test('nothing is cancelled', async () => {
    await ask('n8n', 'POST', '/tasks/cancel', { all: true });
    expect(cancelTasks).toHaveBeenLastCalledWith(expect.objectContaining({ client: 'n8n' }));
    await ask('n8n', 'POST', '/tasks/cancel', { client: 'shop' });
    expect(cancelTasks).toHaveBeenCalledOnce();
    await ask('ops', 'POST', '/tasks/cancel', { all: true });
    expect(cancelTasks).toHaveBeenLastCalledWith(expect.objectContaining({ client: undefined }));
  });

  test('the queue shows places without ids and words', async () => {
    const queue = await ask('n8n', 'GET', '/queue');
    expect(queue.text).not.toMatch(new RegExp(`${TASK_ID}|${OLD}|Secret`));
    expect(JSON.parse(queue.text)).toMatchObject({
      running: [{ task_id: null, phase: 'running', started_at: null }],
      waiting: {
        count: 2,
        next: [
          { task_id: null, task_type: 'comfyui', priority: 50, created_at: null },
          { task_id: UNKNOWN, created_at: mine.createdAt },
        ],
      },
    });
    expect(JSON.parse((await ask('ops', 'GET', '/queue')).text)).toMatchObject({
      running: [{ task_id: TASK_ID, phase: 'Secret node 8/20', started_at: mine.createdAt }],
      waiting: { next: [{ task_id: OLD }, { task_id: UNKNOWN }] },
    });
  });
});

describe('The owner of a task', () => {
  test('is asked for once', async () => {
    const read = vi.fn(readStatus);
    const readOwner = createReadOwner({ readStatus: read, describe: describeTask });
    expect([await readOwner(TASK_ID), await readOwner(TASK_ID), await readOwner(UNKNOWN)]).toEqual([
      'shop',
      'shop',
      undefined,
    ]);
    expect(read).toHaveBeenCalledTimes(2);
  });

  test('is not taken for nobody while Temporal is away', async () => {
    const away = () => Promise.reject(new Error('14 UNAVAILABLE'));
    await expect(createReadOwner({ readStatus, describe: away })(OLD)).rejects.toMatchObject({
      code: 'status_unavailable',
    });
  });
});

/** Redis knows two tasks, and nobody can say whether another one exists. */
describe('While Temporal is away', () => {
  const fake = createFakeFeed();
  const readKnown = async (taskId: string): Promise<StatusRecord | null> => {
    const known = await readStatus(taskId);
    if (known === null) throw new AppError('status_unavailable', '14 UNAVAILABLE');
    return known;
  };
  const away = () => Promise.reject(new Error('14 UNAVAILABLE'));
  let calm: ApiRig;
  beforeAll(async () => {
    fake.setLive(true);
    const readOwner = createReadOwner({ readStatus: readKnown, describe: away });
    calm = await startApi({ readStatus: readKnown, readOwner, feed: fake.feed }, KEYS);
  });
  afterAll(() => calm.close());
  const asked = async (name: string, method: string, place: string) => {
    const response = await fetch(calm.base + place, { method, headers: { 'X-API-Key': `key-${name}` } });
    return { status: response.status, text: (await response.text()).replace(/"request_id":"[^"]+"/, '') };
  };

  test.each(aboutTasks.map(({ method, path }) => [method.toUpperCase(), path] as const))(
    'a task of another client is like an unknown one: %s %s',
    async (method, path) => {
      const about = async (id: string) => {
        const { status, text } = await asked('n8n', method, path.replace(':task_id', id));
        return { status, text: text.replaceAll(id, UNKNOWN) };
      };
      const unknown = await about(UNKNOWN);
      for (const id of [TASK_ID, OLD, ORPHAN, TASK_ID]) expect(await about(id)).toEqual(unknown);
    },
  );

  test('its owner sees it', async () => {
    expect((await asked('shop', 'GET', `/task_status/${TASK_ID}`)).status).toBe(200);
    expect((await asked('n8n', 'GET', `/task_status/${TASK_ID}`)).status).toBe(503);
  });

  test('a stream of events says the same of both', async () => {
    const told = async (id: string) => {
      const headers = { 'X-API-Key': 'key-n8n' };
      const events = eventsOf(await fetch(`${calm.base}/events?task_id=${id}`, { headers }));
      await nextEvent(events);
      return nextEvent(events);
    };
    expect(await told(UNKNOWN)).toMatchObject({ event: 'error', data: { code: 'status_unavailable' } });
    expect(await told(TASK_ID)).toEqual(await told(UNKNOWN));
  });
});
