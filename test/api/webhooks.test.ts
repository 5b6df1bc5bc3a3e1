import { afterEach, describe, expect, test, vi } from 'vitest';
import type { RouteDeps } from '../../src/api/routes.ts';
import type { PipelineInput } from '../../src/contracts/pipeline.ts';
import type { TaskInput } from '../../src/contracts/task.ts';
import { AppError } from '../../src/errors.ts';
import { type ApiRig, startApi, TASK_ID } from '../helpers/api-rig.ts';
import { blankRecord } from '../helpers/blank-record.ts';

const SECRET_URL = 'https://me:secret@studio.example/hook?token=secret';
const film = { task_type: 'remotion_render', payload: { timeline: { durationInFrames: 30 } } };

let api: ApiRig;
afterEach(() => api.close());

const started: (TaskInput | PipelineInput)[] = [];
const start = async (deps: Partial<RouteDeps> = {}): Promise<void> => {
  started.length = 0;
  api = await startApi({
    startTask: (_taskId, task) => {
      started.push(task);
      return Promise.resolve('started' as const);
    },
    ...deps,
  });
};
const post = async (path: string, body?: object) => {
  const response = await fetch(api.base + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const webhookOf = async (more: object) => {
  expect(await post('/submit_task', { ...film, ...more })).toMatchObject({ status: 200 });
  return started.at(-1)?.labels?.webhook;
};
const errorsOf = async (more: object, path = '/submit_task', body: object = film) => {
  const answer = await post(path, { ...body, ...more });
  expect(answer.status).toBe(422);
  return answer.body['errors'];
};

describe('A submission', () => {
  test('takes an address by either name, and the events that are wanted', async () => {
    await start();
    expect(await webhookOf({ webhook_url: SECRET_URL })).toEqual({ url: SECRET_URL });
    expect(await webhookOf({ callback_url: ' http://Example.COM/a#part ' })).toEqual({ url: 'http://example.com/a' });
    expect(await webhookOf({ webhook_url: SECRET_URL, callback_url: SECRET_URL })).toEqual({ url: SECRET_URL });
    for (const events of [['task.started', 'task.failed'], 'task.started, Task.Failed'])
      expect(await webhookOf({ webhook_url: SECRET_URL, webhook_events: events })).toEqual({
        url: SECRET_URL,
        events: ['task.started', 'task.failed'],
      });
    expect(await webhookOf({})).toBeUndefined();
    expect(await webhookOf({ webhook_url: '', callback_url: null, webhook_events: '' })).toBeUndefined();
    expect(api.logged.join('\n')).not.toContain('secret');
  });

  test('is refused with what is wrong, by the path of the field', async () => {
    await start();
    for (const url of [
      'studio.example',
      'ftp://a.example',
      'https://',
      'http:///a',
      'https://a b/',
      `https://a.example/${'x'.repeat(2000)}`,
    ])
      expect(await errorsOf({ webhook_url: url })).toEqual([
        { path: 'webhook_url', message: expect.stringMatching(/^expected an address that begins with https:\/\//) },
      ]);
    expect(await errorsOf({ webhook_url: SECRET_URL, callback_url: 'https://other.example' })).toEqual([
      { path: 'callback_url', message: 'differs from webhook_url; send one of them' },
    ]);
    expect(await errorsOf({ webhook_events: ['task.completed'] })).toEqual([
      { path: 'webhook_events', message: 'expected webhook_url beside it' },
    ]);
    expect(await errorsOf({ webhook_url: SECRET_URL, webhook_events: ['task.complete'] })).toEqual([
      {
        path: 'webhook_events[0]',
        message: 'expected one of task.started, task.completed, task.failed; did you mean "task.completed"?',
      },
    ]);
    expect(await errorsOf({ webhook_url: SECRET_URL, webhook_events: [] })).toMatchObject([{ path: 'webhook_events' }]);
    const steps = [{ id: 'a', ...film }];
    expect(
      await errorsOf({ webhook_url: SECRET_URL, webhook_events: ['task.failed'] }, '/submit_pipeline', { steps }),
    ).toMatchObject([{ path: 'webhook_events[0]', message: /pipeline\.completed, pipeline\.failed/ }]);
    expect(started).toEqual([]);
  });

  test('may not name a private address, in whatever spelling, unless that is allowed', async () => {
    await start();
    for (const host of [
      'localhost:5678',
      '127.1',
      '2130706433',
      '0x7f.1',
      '10.0.0.5',
      '192.168.1.2',
      '169.254.169.254',
      '[::1]',
      '[fd00::1]',
      '[::ffff:10.0.0.1]',
    ])
      for (const path of ['/submit_task', '/submit_pipeline'])
        expect(
          await errorsOf(
            { callback_url: `http://${host}/hook` },
            path,
            path === '/submit_task' ? film : { steps: [{ id: 'a', ...film }] },
          ),
        ).toEqual([
          {
            path: 'callback_url',
            message: expect.stringMatching(
              /is a private address, .* the operator can allow it with WEBHOOK_ALLOW_PRIVATE=true$/,
            ),
          },
        ]);
    await api.close();
    await start({ allowPrivateWebhooks: true });
    expect(await webhookOf({ webhook_url: 'http://127.1:5678/hook' })).toEqual({ url: 'http://127.0.0.1:5678/hook' });
  });
});

describe('GET /tasks/{task_id}/webhooks', () => {
  const get = async () => {
    const response = await fetch(`${api.base}/tasks/${TASK_ID}/webhooks`);
    const text = await response.text();
    expect(text).not.toContain('secret');
    return { status: response.status, body: JSON.parse(text) as Record<string, unknown> };
  };

  test('shows every try, and of the address no credentials', async () => {
    const tried = { at: '2026-01-04T09:33:00.000Z', status: 502, error: null, tookMs: 7 };
    await start({
      readStatus: () => Promise.resolve({ ...blankRecord, webhook: { url: SECRET_URL } }),
      listDeliveries: () =>
        Promise.resolve([
          {
            id: 'msg_1',
            event: 'task.failed',
            state: 'pending',
            tries: [tried],
            createdAt: tried.at,
            finishedAt: null,
            nextTryAt: '2026-01-04T09:33:05.000Z',
          },
        ]),
    });
    expect(await get()).toEqual({
      status: 200,
      body: {
        task_id: TASK_ID,
        webhook: { address: 'https://studio.example/hook?…', events: ['task.completed', 'task.failed'] },
        deliveries: [
          {
            id: 'msg_1',
            type: 'task.failed',
            state: 'pending',
            created_at: tried.at,
            finished_at: null,
            next_try_at: '2026-01-04T09:33:05.000Z',
            tries: [{ at: tried.at, status: 502, error: null, took_ms: 7 }],
          },
        ],
      },
    });
  });

  test('shows nothing for a task without a webhook, and 404 for no task', async () => {
    await start({ readStatus: () => Promise.resolve(blankRecord) });
    expect(await get()).toEqual({ status: 200, body: { task_id: TASK_ID, webhook: null, deliveries: [] } });
    await api.close();
    await start();
    expect(await get()).toMatchObject({ status: 404, body: { code: 'task_not_found' } });
  });

  test('says when Temporal does not answer', async () => {
    await start({
      readStatus: () => Promise.resolve({ ...blankRecord, webhook: { url: SECRET_URL } }),
      listDeliveries: () => Promise.reject(new Error('14 UNAVAILABLE')),
    });
    expect(await get()).toMatchObject({ status: 503, body: { code: 'tasks_unknown' } });
  });
});

describe('POST /tasks/{task_id}/webhooks/redeliver', () => {
  const again = (body?: object) => post(`/tasks/${TASK_ID}/webhooks/redeliver`, body);

  test('sends the end, or the event that is named', async () => {
    const redeliver = vi
      .fn<RouteDeps['redeliver']>()
      .mockImplementation((_taskId, type = 'task.completed') => Promise.resolve({ id: 'msg_1', type }));
    await start({ readStatus: () => Promise.resolve(blankRecord), redeliver });
    expect(await again()).toEqual({ status: 202, body: { task_id: TASK_ID, id: 'msg_1', type: 'task.completed' } });
    expect(await again({ event: 'task.started' })).toMatchObject({ status: 202, body: { type: 'task.started' } });
    expect(redeliver.mock.calls).toEqual([
      [TASK_ID, undefined],
      [TASK_ID, 'task.started'],
    ]);
    expect(await again({ event: 'start' })).toMatchObject({ status: 422, body: { errors: [{ path: 'event' }] } });
  });

  test('is refused for an event that there is not', async () => {
    await start({
      readStatus: () => Promise.resolve(blankRecord),
      redeliver: () => Promise.reject(new AppError('webhook_missing')),
    });
    expect(await again({})).toMatchObject({ status: 409, body: { code: 'webhook_missing' } });
  });
});
