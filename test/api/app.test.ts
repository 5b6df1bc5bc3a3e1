import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RouteDeps } from '../../src/api/routes.ts';
import { pauseSchema } from '../../src/contracts/queue.ts';
import type { TaskInput } from '../../src/contracts/task.ts';
import { AppError } from '../../src/errors.ts';
import type { StatusRecord } from '../../src/status/record.ts';
import { startApi, TASK_ID as ID, type ApiRig } from '../helpers/api-rig.ts';
import { BAD_REQUESTS, sendRaw } from '../helpers/bad-requests.ts';

const startTask = vi.fn<RouteDeps['startTask']>();
const recordPending = vi.fn<RouteDeps['recordPending']>();
const readStatus = vi.fn<RouteDeps['readStatus']>();

let api: ApiRig;
beforeAll(async () => void (api = await startApi({ startTask, recordPending, readStatus })));
afterAll(() => api.close());
beforeEach(() => {
  api.logged.length = 0;
  startTask.mockReset().mockResolvedValue('started');
  recordPending.mockReset().mockResolvedValue(true);
  readStatus.mockReset().mockResolvedValue(null);
});

const submit = (body: unknown) => api.submit(body);
const film = {
  task_type: 'remotion_render',
  payload: { timeline: { durationInFrames: 30, clips: [{ type: 'image', src: '/opt/mcn/assets/picture.png' }] } },
};
const started = () => startTask.mock.calls[0]?.[1] as TaskInput<'remotion_render'> | undefined;

describe('A good task', () => {
  test('is started under its id and answered as documented', async () => {
    const response = await submit(film);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'queued', task_id: ID });
    expect(startTask).toHaveBeenCalledExactlyOnceWith(
      ID,
      expect.objectContaining({ taskType: 'remotion_render', priority: 50, gpuQueue: 'gpu' }),
      expect.stringContaining('**Film** 30 frames') as string,
      '127.0.0.1',
    );
    expect(recordPending).toHaveBeenCalledOnce();
  });

  test('names its files relative to the asset folder and its film as the earlier service did', async () => {
    await submit(film);
    expect(started()?.input.timeline.clips[0]?.src).toBe('picture.png');
    expect(started()?.input.outputPath).toBe(`output/render_${ID}.mp4`);
  });

  test.each([
    [{ output_filename: 'film.mp4' }, 'output/film.mp4'],
    [{ output_filename: 'film' }, 'output/film.mp4'],
    [{ output_path: 'films/a.mp4' }, 'films/a.mp4'],
    [{ output_path: '/assets/films/a.MP4' }, 'films/a.MP4'],
    [{ output_path: 'work' }, 'work.mp4'],
    [{ output_path: null }, `output/render_${ID}.mp4`],
  ])('with %j becomes %s', async (more, outputPath) => {
    await submit({ ...film, payload: { ...film.payload, ...more } });
    expect(started()?.input.outputPath).toBe(outputPath);
  });

  test.each([
    ['70', 70],
    [170, 100],
    [-3, 0],
    [null, 50],
    [0, 0],
    [1e20, 100],
    ['-1e20', 0],
  ])('with the priority %j runs at %i', async (priority, inForce) => {
    await submit({ ...film, priority });
    expect(started()?.priority).toBe(inForce);
  });

  test('is accepted while Redis is away', async () => {
    recordPending.mockRejectedValue(new Error('Connection refused'));
    expect((await submit(film)).status).toBe(200);
  });

  test('with unknown properties runs anyway', async () => {
    expect((await submit({ ...film, colour: 'red', payload: { ...film.payload, mood: 1 } })).status).toBe(200);
  });
});

describe('A bad request', () => {
  test.each(BAD_REQUESTS)('$title is refused with $status $code and reaches no queue', async (bad) => {
    const answer = await sendRaw(api.base, bad);
    expect(answer.status).toBe(bad.status);
    expect(answer.contentType).toContain('application/json');
    const body = JSON.parse(answer.text) as { code: string; hint: string; detail: string; errors?: { path: string }[] };
    expect(body.code).toBe(bad.code);
    expect(body.hint.length).toBeGreaterThan(10);
    expect((body.errors ?? []).map((error) => error.path)).toEqual(bad.fields ?? []);
    expect(answer.text).not.toMatch(/node_modules|\.ts:|<html/i);
    expect(startTask).not.toHaveBeenCalled();
  });
});

test.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/json, text/plain', 'application/json'],
  ['application/*', 'application/json'],
  ['application/problem+json;q=0, */*', 'application/json'],
  ['application/json, Application/Problem+JSON;q=0.5', 'application/problem+json'],
  ['application/problem+json', 'application/problem+json'],
])('An error for a client with Accept %s is %s', async (accept, type) => {
  const headers: Record<string, string> = accept === undefined ? {} : { Accept: accept };
  for (const init of [{}, { method: 'DELETE' }]) {
    const response = await fetch(`${api.base}/nothing`, { ...init, headers });
    expect(response.headers.get('content-type')?.split(';')[0]).toBe(type);
    expect(await response.json()).toMatchObject({ type: 'about:blank', status: 404, code: 'not_found' });
  }
});

test('The refusal of a large body names the limit, and the refusal of a method names the right ones', async () => {
  const detail = async (init: RequestInit): Promise<unknown> =>
    ((await (await fetch(`${api.base}/submit_task`, init)).json()) as { detail: string }).detail;
  const headers = { 'Content-Type': 'application/json' };
  expect(await detail({ method: 'POST', headers, body: `"${'x'.repeat(1_100_000)}"` })).toContain('1000000 bytes');
  expect(await detail({ method: 'GET' })).toMatch(/GET.* POST$/);
});

test('A request without a body, as clients send it, needs no content type', async () => {
  const bare = () => fetch(`${api.base}/queue/pause`, { method: 'POST' });
  expect(await (await bare()).json()).toMatchObject({ status: 422, errors: [{ path: 'reason' }] });
  expect(pauseSchema.safeParse(undefined).error?.issues).toMatchObject([{ path: ['reason'] }]);
});

describe('When Temporal', () => {
  test('refuses the connection, nothing is accepted and the client is told when to come back', async () => {
    startTask.mockRejectedValue(new AppError('temporal_unavailable'));
    const response = await submit(film);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.json()).toMatchObject({ code: 'temporal_unavailable', retryable: true });
    expect(recordPending).not.toHaveBeenCalled();
  });

  test('does not say whether it accepted, the answer carries the id to poll', async () => {
    startTask.mockRejectedValue(new AppError('acceptance_unknown', undefined, { extra: { task_id: ID } }));
    const response = await submit(film);
    // Sent again by a client that obeys, it would be a second task.
    expect(response.headers.get('retry-after')).toBeNull();
    expect(await response.json()).toMatchObject({ code: 'acceptance_unknown', task_id: ID, retryable: false });
  });

  test('fails in an unknown way, the client sees no stack trace and the log has the cause', async () => {
    startTask.mockRejectedValue(new Error('what is this'));
    const response = await submit(film);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('what is this');
    expect(api.logged.join()).toContain('what is this');
  });

  test('gives a reason that the answer contains too, the log has it once', async () => {
    const cause = new Error('deadline exceeded');
    startTask.mockRejectedValue(new AppError('acceptance_unknown', cause.message, { cause }));
    await submit(film);
    expect(api.logged.join().match(/deadline exceeded/g)).toHaveLength(1);
  });
});

describe('A status', () => {
  const record: StatusRecord = {
    taskType: 'remotion_render',
    priority: 70,
    status: 'failed',
    result: { error: new AppError('render_failed').body },
    template: null,
    client: null,
    tags: [],
    metadata: null,
    queuedAt: null,
    createdAt: '2026-01-04T09:32:56.000Z',
    startedAt: null,
    finishedAt: null,
    progress: 0.4,
    phase: 'failed',
    attempts: 3,
    waiting: null,
  };

  test('has the two documented fields and the error of a failed task twice', async () => {
    readStatus.mockResolvedValue(record);
    expect(await (await fetch(`${api.base}/task_status/${ID}`)).json()).toEqual({
      status: 'failed',
      result: {
        error: {
          code: 'render_failed',
          message: 'Render failed',
          hint: 'Check `worker.log` for Remotion errors',
          retryable: true,
        },
      },
      error: 'Render failed',
      done: true,
      client: null,
      tags: [],
      metadata: null,
      links: { self: `/task_status/${ID}`, task: `/tasks/${ID}`, retry: `/tasks/${ID}/retry` },
      task_id: ID,
      task_type: 'remotion_render',
      priority: 70,
      created_at: '2026-01-04T09:32:56.000Z',
      started_at: null,
      finished_at: null,
      progress: 0.4,
      phase: 'failed',
      stage: null,
      attempts: 3,
      waiting: null,
      queue_position: null,
      eta_seconds: null,
    });
  });

  test('of a waiting task has a null result and no error', async () => {
    readStatus.mockResolvedValue({ ...record, status: 'pending', result: null });
    const body = (await (await fetch(`${api.base}/task_status/${ID.toUpperCase()}`)).json()) as object;
    expect(body).toMatchObject({ status: 'pending', result: null });
    expect(body).not.toHaveProperty('error');
  });

  test('is answered under the older address with the older id too', async () => {
    readStatus.mockResolvedValue(record);
    expect(await (await fetch(`${api.base}/status/${ID}`)).json()).toMatchObject({
      id: ID,
      task_id: ID,
      task_type: 'remotion_render',
      status: 'failed',
    });
  });
});

test('Health is always answered, and says what is missing', async () => {
  const response = await fetch(`${api.base}/health`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    status: 'degraded',
    temporal: { ok: true },
    redis: { ok: false },
    engines: { comfyui: { ok: false } },
  });
});

test('A run may be as long as the operator allows', async () => {
  expect((await submit({ ...film, timeouts: { run_seconds: 86_400 } })).status).toBe(200);
  const response = await submit({ ...film, timeouts: { run_seconds: 2_000_000 } });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    errors: [{ path: 'timeouts.run_seconds', message: expect.stringContaining('at most 86400 seconds') as string }],
  });
  const headers = { 'Content-Type': 'application/json' };
  const steps = [{ id: 'film', ...film, timeouts: { run_seconds: '90000' } }];
  const pipeline = await fetch(`${api.base}/submit_pipeline`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ steps }),
  });
  expect(await pipeline.json()).toMatchObject({ errors: [{ path: 'steps[0].timeouts.run_seconds' }] });
});

test('Field names of other programs get a suggestion of ours', async () => {
  const messages = async (body: unknown) =>
    ((await (await submit(body)).json()) as { errors: { path: string; message: string }[] }).errors.map(
      ({ path, message }) => `${path}: ${message}`,
    );
  expect(await messages({ taskType: 'cosyvoice', payload: {} })).toEqual([
    expect.stringMatching(/^task_type: .*; you sent taskType: did you mean task_type\?$/),
  ]);
  expect(await messages({ task_type: 'cosyvoice', payload: { text: 'One.', voice: 'anna' } })).toEqual([
    expect.stringMatching(/^payload.voice_id: .*; you sent voice: did you mean voice_id\?$/),
  ]);
  expect(await messages({ task_type: 'comfyui', payload: { template_name: 'flux_dev' } })).toEqual([
    expect.stringMatching(/^payload.template: .*; you sent template_name: did you mean template\?$/),
  ]);
});
