import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { allowedDefault, deniedPriority } from '../../src/api/key-limits.ts';
import { AppError } from '../../src/errors.ts';
import type { RouteDeps } from '../../src/api/routes.ts';
import { blankRecord } from '../helpers/blank-record.ts';
import { startApi, TASK_ID, type ApiRig } from '../helpers/api-rig.ts';

const LIMITED = { name: 'shop', key: 'key-shop', max_priority: 30, max_queued: 5, own_graphs: false };
const FREE = { name: 'n8n', key: 'key-n8n' };
const ADMIN = { name: 'ops', key: 'key-ops', role: 'admin' };

const startTask = vi.fn<RouteDeps['startTask']>();
const admit = vi.fn<RouteDeps['admit']>();
const admitAgain = vi.fn<RouteDeps['admitAgain']>();
const retryTask = vi.fn<RouteDeps['retryTask']>();
const changePriority = vi.fn<RouteDeps['changePriority']>();
let api: ApiRig;
beforeAll(async () => {
  const owner = { readOwner: () => Promise.resolve('shop') };
  const deps = { startTask, admit, admitAgain, retryTask, changePriority, ...owner };
  api = await startApi(deps, [LIMITED, FREE, ADMIN]);
});
afterAll(() => api.close());
beforeEach(() => {
  startTask.mockReset().mockResolvedValue('started');
  admit.mockReset().mockResolvedValue(undefined);
  admitAgain.mockReset().mockRejectedValue(new AppError('too_many_queued', '5 of 5'));
  retryTask.mockReset().mockResolvedValue({ ...blankRecord, client: 'shop' });
  changePriority.mockReset().mockResolvedValue({ ...blankRecord, client: 'shop' });
});

interface Answer {
  status: number;
  body: { code?: string; hint?: string; errors?: { path: string; message: string }[]; tasks?: unknown[] };
}
async function send(method: string, place: string, body: unknown, name = 'shop'): Promise<Answer> {
  const headers = { 'X-API-Key': `key-${name}`, 'Content-Type': 'application/json' };
  const response = await fetch(api.base + place, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}
const film = { task_type: 'remotion_render', payload: { timeline: { durationInFrames: 30 } } };
const node = { '1': { class_type: 'SaveImage', inputs: {} } };
const graph = { task_type: 'comfyui', payload: { workflow: node } };
const denied = (code: string, ...paths: string[]) => ({
  status: 403,
  body: { code, errors: paths.map((path) => expect.objectContaining({ path }) as unknown) },
});

describe('A key with a highest priority', () => {
  test('gets it where it asks for none, and no higher one', async () => {
    for (const priority of [undefined, null, '', 30, -5])
      expect(await send('POST', '/submit_task', { ...film, priority })).toMatchObject({ status: 200 });
    expect(startTask.mock.calls.map(([, task]) => task.priority)).toEqual([30, 30, 30, 30, 0]);
    for (const priority of [31, '100', 1e9])
      expect(await send('POST', '/submit_task', { ...film, priority })).toMatchObject(
        denied('priority_too_high', 'priority'),
      );
    expect(await send('POST', '/submit_task', { ...film, priority: 31 }, 'n8n')).toMatchObject({ status: 200 });
  });

  test('learns it beside all else that is wrong', async () => {
    const { status, body } = await send('POST', '/submit_task', { task_type: 'film', priority: 99, payload: {} });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'invalid_request' });
    expect(body.errors).toContainEqual({ path: 'priority', message: 'expected at most 30, the limit of this API key' });
  });

  test('has it in lists and pipelines too', async () => {
    const many = await send('POST', '/submit_tasks', { tasks: [film, { ...film, priority: 31 }] });
    expect(many).toMatchObject({ status: 422, body: { errors: [{ path: 'tasks[1].priority' }] } });
    const steps = [
      { id: 'a', ...film },
      { id: 'b', ...film, priority: 40 },
    ];
    expect(await send('POST', '/submit_pipeline', { priority: 50, steps })).toMatchObject(
      denied('priority_too_high', 'priority', 'steps[1].priority'),
    );
    expect(await send('POST', '/submit_pipeline', { steps: steps.slice(0, 1) })).toMatchObject({ status: 200 });
    expect(startTask.mock.calls[0]?.[1].priority).toBe(30);
  });

  test('cannot raise a task above it', async () => {
    const place = `/tasks/${TASK_ID}`;
    expect(await send('PATCH', place, { priority: 31 })).toMatchObject(denied('priority_too_high', 'priority'));
    expect(changePriority).not.toHaveBeenCalled();
    expect(await send('PATCH', place, { priority: 30 })).toMatchObject({ status: 200 });
  });
});

test('No priority of an accepted request is above the limit of its key', () => {
  const sent = fc.oneof(fc.constantFrom(undefined, null, '', '  '), fc.integer({ min: 0, max: 100 }));
  fc.assert(
    fc.property(sent, fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }), (asked, most) => {
      const priority = allowedDefault(asked, typeof asked === 'number' ? asked : 50, most);
      const isDenied = deniedPriority(priority, most, 'priority').length > 0;
      expect(isDenied).toBe(typeof asked === 'number' && most !== undefined && asked > most);
      if (!isDenied) expect(priority).toBeLessThanOrEqual(most ?? 100);
    }),
  );
});

describe('A key without graphs of its own', () => {
  test('may not send one', async () => {
    expect(await send('POST', '/submit_task', graph)).toMatchObject(denied('graph_not_allowed', 'payload.workflow'));
    expect(await send('POST', '/submit_task', graph, 'n8n')).toMatchObject({ status: 200 });
    expect(await send('POST', '/submit_task', { ...film, payload: { ...film.payload, workflow: node } })).toMatchObject(
      {
        status: 200,
      },
    );
  });

  test.each([
    [{ workflow: node }, 'workflow'],
    [{ workflow: { $from: '$item.graph' } }, 'workflow'],
    [{ $from: '$item' }, '$from'],
    [{ $if: { $from: '$item' }, template: 'a' }, '$if'],
  ])('may not bring one in by the payload %j of a step', async (payload, field) => {
    const steps = [{ id: 'a', task_type: 'comfyui', payload, for_each: [{ workflow: node, graph: node }] }];
    const { body } = await send('POST', '/submit_pipeline', { steps });
    expect(body.errors).toContainEqual(expect.objectContaining({ path: `steps[0].payload.${field}` }));
    expect(startTask).not.toHaveBeenCalled();
  });
});

test('The number of tasks that a key may have waiting is asked for with its own limit', async () => {
  await send('POST', '/submit_task', film);
  await send('POST', '/submit_task', film, 'n8n');
  expect(admit.mock.calls).toEqual([
    ['shop', TASK_ID, 5],
    ['n8n', TASK_ID, undefined],
  ]);
});

test('A key cannot go past that number with retries, and an admin can', async () => {
  const place = `/tasks/${TASK_ID}/retry`;
  expect(await send('POST', place, {})).toMatchObject({ status: 429, body: { code: 'too_many_queued' } });
  expect(admitAgain.mock.calls).toEqual([['shop', 5]]);
  expect(retryTask).not.toHaveBeenCalled();
  expect(await send('POST', place, {}, 'ops')).toMatchObject({ status: 202 });
});
