import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RouteDeps } from '../../src/api/routes.ts';
import { AppError } from '../../src/errors.ts';
import type { StatusRecord } from '../../src/status/record.ts';
import { blankRecord } from '../helpers/blank-record.ts';
import { startApi, TASK_ID as ID, type ApiRig } from '../helpers/api-rig.ts';

const record: StatusRecord = {
  ...blankRecord,
  priority: 70,
};
const cancelTask = vi.fn<RouteDeps['cancelTask']>();
const retryTask = vi.fn<RouteDeps['retryTask']>();
const changePriority = vi.fn<RouteDeps['changePriority']>();
const startTask = vi.fn<RouteDeps['startTask']>();
const admit = vi.fn<RouteDeps['admit']>();

let api: ApiRig;
let guarded: ApiRig;
beforeAll(async () => {
  const deps = { cancelTask, retryTask, changePriority, startTask, admit };
  api = await startApi(deps);
  guarded = await startApi(deps, [
    { name: 'n8n', key: 'secret-1', role: 'admin' },
    { name: 'scripts', key: 'secret-2', role: 'admin' },
  ]);
});
afterAll(async () => {
  await api.close();
  await guarded.close();
});
beforeEach(() => {
  cancelTask.mockReset().mockResolvedValue({ over: true, record: { ...record, status: 'failed' } });
  retryTask.mockReset().mockResolvedValue(record);
  changePriority.mockReset().mockImplementation((_id, priority) => Promise.resolve({ ...record, priority }));
  startTask.mockReset().mockResolvedValue('started');
  admit.mockReset().mockResolvedValue();
});

const film = { task_type: 'remotion_render', payload: { timeline: { durationInFrames: 30, clips: [] } } };
const post = (path: string, init: RequestInit = {}) => fetch(`${api.base}${path}`, { method: 'POST', ...init });
const patch = (body: unknown, id = ID) =>
  fetch(`${api.base}/tasks/${id}`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
const started = () => startTask.mock.calls[0]?.[1];

describe('POST /tasks/{task_id}/cancel', () => {
  test('answers 200 with the status of a task that is over by now, and 202 while its engine lets go', async () => {
    const over = await post(`/tasks/${ID}/cancel`);
    expect([over.status, await over.json()]).toMatchObject([200, { task_id: ID, status: 'failed' }]);
    cancelTask.mockResolvedValue({ over: false, record: { ...record, status: 'processing', phase: 'cancelling' } });
    const later = await post(`/tasks/${ID.toUpperCase()}/cancel`);
    expect([later.status, await later.json()]).toMatchObject([202, { task_id: ID, phase: 'cancelling' }]);
  });

  test('needs no body, and ignores one', async () => {
    const form = { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'a=b' };
    expect((await post(`/tasks/${ID}/cancel`, form)).status).toBe(200);
  });

  test.each([
    ['task_over', 409],
    ['task_not_found', 404],
    ['operation_unavailable', 503],
  ] as const)('answers %s with %i', async (code, status) => {
    cancelTask.mockRejectedValue(new AppError(code));
    const response = await post(`/tasks/${ID}/cancel`);
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
  });

  test('refuses an impossible id without a query', async () => {
    expect((await post('/tasks/nonsense/cancel')).status).toBe(404);
    expect(cancelTask).not.toHaveBeenCalled();
  });
});

test('POST /tasks/{task_id}/retry answers 202 with the status of the new run', async () => {
  const response = await post(`/tasks/${ID}/retry`);
  expect([response.status, await response.json()]).toMatchObject([202, { status: 'pending', result: null }]);
  retryTask.mockRejectedValue(new AppError('task_not_failed', 'it completed'));
  expect((await post(`/tasks/${ID}/retry`)).status).toBe(409);
});

describe('PATCH /tasks/{task_id}', () => {
  test.each([
    ['70', 70],
    [170, 100],
    [-3, 0],
    [0, 0],
  ])('gives the priority %j, in force as %i', async (priority, inForce) => {
    const response = await patch({ priority });
    expect([response.status, await response.json()]).toMatchObject([200, { priority: inForce }]);
    expect(changePriority).toHaveBeenCalledWith(ID, inForce);
  });

  test.each([[{}], [{ priority: null }], [{ priority: 'high' }], [{ priority: 1.5 }]])(
    'refuses %j by the path of the field',
    async (body) => {
      const response = await patch(body);
      expect([response.status, await response.json()]).toMatchObject([422, { errors: [{ path: 'priority' }] }]);
      expect(changePriority).not.toHaveBeenCalled();
    },
  );

  test('is one of the methods of its path', async () => {
    const response = await fetch(`${api.base}/tasks/${ID}`, { method: 'PUT' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'DELETE, GET, HEAD, PATCH']);
  });
});

describe('A submitted task', () => {
  test('carries its time limits, and those of the settings where it has none', async () => {
    await api.submit({ ...film, timeouts: { queue_seconds: '30', run_seconds: 0.5 } });
    expect(started()).toMatchObject({ queueSeconds: 30, runSeconds: 0.5 });
    startTask.mockClear();
    await api.submit({ ...film, timeouts: { queue_seconds: null } });
    expect(started()).toMatchObject({ runSeconds: 60 });
    expect(started()).not.toHaveProperty('queueSeconds');
  });

  test.each([
    [{ timeouts: { run_seconds: 0 } }, 'timeouts.run_seconds'],
    [{ timeouts: { queue_seconds: 1e9 } }, 'timeouts.queue_seconds'],
    [{ timeouts: 5 }, 'timeouts'],
    [{ client: 'a "quote"' }, 'client'],
    [{ client: [7] }, 'client'],
  ])('with %j is refused by the path of the field', async (more, path) => {
    const response = await api.submit({ ...film, ...more });
    expect([response.status, await response.json()]).toMatchObject([422, { errors: [{ path }] }]);
  });

  test('belongs to the client it names, else to its address', async () => {
    await api.submit({ ...film, client: ' n8n ' });
    expect(admit).toHaveBeenLastCalledWith('n8n', ID, undefined);
    await api.submit(film);
    expect(admit).toHaveBeenLastCalledWith('127.0.0.1', ID, undefined);
  });

  test('of a client at its limit is refused with 429 and a time for the next try', async () => {
    admit.mockRejectedValue(new AppError('too_many_queued', '5 of 5'));
    const response = await api.submit(film);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '5']);
    expect(await response.json()).toMatchObject({ code: 'too_many_queued', retryable: true });
    expect(startTask).not.toHaveBeenCalled();
  });
});

describe('With API keys', () => {
  const ask = (headers: Record<string, string>, path = `/tasks/${ID}/cancel`) =>
    fetch(`${guarded.base}${path}`, { method: 'POST', headers });

  test.each([
    [{}, 401],
    [{ Authorization: 'Bearer wrong' }, 401],
    [{ Authorization: 'Basic secret-1' }, 401],
    [{ 'X-API-Key': '' }, 401],
    [{ Authorization: 'Bearer secret-1' }, 200],
    [{ 'X-API-Key': 'secret-2' }, 200],
  ])('a request with %j is answered with %i', async (headers, status) => {
    const response = await ask(headers);
    expect(response.status).toBe(status);
    if (status === 401) {
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toMatchObject({ code: 'unauthorized' });
      expect(cancelTask).not.toHaveBeenCalled();
    }
  });

  test('health is open, and a task belongs to the name of its key whatever it says', async () => {
    expect((await fetch(`${guarded.base}/health`)).status).toBe(200);
    await fetch(`${guarded.base}/submit_task`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-API-Key': 'secret-1' },
      body: JSON.stringify({ ...film, client: 'somebody' }),
    });
    expect(admit).toHaveBeenCalledWith('n8n', ID, undefined);
    expect(startTask).toHaveBeenCalledWith(ID, expect.anything(), expect.anything(), 'n8n');
  });
});
