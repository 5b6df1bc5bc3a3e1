import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask, finished, idle, listen, submit, until } from './client.ts';
import { quick, slow } from './graphs.ts';
import { conformanceTarget } from './target.ts';

const target = conformanceTarget();
const post = (path: string, body?: unknown): ReturnType<typeof ask> => ask(`${target()}${path}`, 'POST', body);
const jobOf = (id: string): ReturnType<typeof ask> => ask(`${target()}/api/jobs/${id}`);
const runs = (id: string): Promise<true> =>
  until(async () => {
    const { body } = await ask(`${target()}/queue`);
    return body.queue_running[0]?.[1] === id ? true : undefined;
  }, `${id} runs`);

/** A slow prompt that runs; whatever comes after it waits. */
async function busy(more: Record<string, unknown> = {}): Promise<string> {
  await idle(target());
  const id = await submit(target(), slow(), more);
  await runs(id);
  return id;
}

/** Ends it the certain way: a cancel may be lost. */
async function stop(id: string): Promise<void> {
  await until(async () => {
    await post(`/api/jobs/${id}/cancel`);
    const { status, body } = await jobOf(id);
    return status === 404 || !['pending', 'in_progress'].includes(body.status) ? true : undefined;
  }, `${id} stopped`);
}

test('The lowest number runs first; `front` comes before what has none.', async () => {
  const ear = await listen(target());
  const client_id = ear.clientId;
  const first = await busy({ client_id });
  const normal = await submit(target(), quick(), { client_id });
  const late = await submit(target(), quick(), { client_id, number: '1e9' });
  const front = await submit(target(), quick(), { client_id, front: true });
  const early = await submit(target(), quick(), { client_id, number: -1000.5 });
  const { body } = await ask(`${target()}/queue`);
  expect(body.queue_pending.map(([, id]: [number, string]) => id).toSorted()).toEqual(
    [normal, late, front, early].toSorted(),
  );
  const { body: waiting } = await jobOf(early);
  expect(waiting).toEqual({
    id: early,
    status: 'pending',
    priority: -1000.5,
    create_time: expect.any(Number),
    outputs_count: 0,
    previewable_outputs_count: 0,
  });
  await stop(first);
  await ear.hears(({ type, data }) => type === 'execution_success' && data.prompt_id === late, 'the last one ends');
  const started = ear.frames.filter(({ type }) => type === 'execution_start').map(({ data }) => data.prompt_id);
  expect(started).toEqual([first, early, front, normal, late]);
});

test('The list of jobs can be filtered, ordered and cut.', async () => {
  const running = await busy();
  const [one, two] = [await submit(target(), quick()), await submit(target(), quick())];
  const { body } = await ask(`${target()}/api/jobs?status=pending&sort_order=asc&limit=1`);
  expect(body.jobs.map(({ id }: { id: string }) => id)).toEqual([one]);
  expect(body.pagination).toEqual({ offset: 0, limit: 1, total: 2, has_more: true });
  const { body: active } = await ask(`${target()}/api/jobs?status=pending,in_progress`);
  expect(active.jobs.map(({ id }: { id: string }) => id).toSorted()).toEqual([running, one, two].toSorted());
  const refusals = await Promise.all(
    ['status=nonsense', 'limit=0'].map((query) => ask(`${target()}/api/jobs?${query}`)),
  );
  expect(refusals.map(({ status, body: refusal }) => [status, refusal])).toEqual([
    [
      400,
      { error: 'Invalid status value(s): nonsense. Valid values: pending, in_progress, completed, failed, cancelled' },
    ],
    [400, { error: 'limit must be a positive integer' }],
  ]);
  await Promise.all([one, two, running].map((id) => stop(id)));
});

test('A cancelled waiting prompt is gone as if it had never been.', async () => {
  const running = await busy();
  const waiting = await submit(target(), quick());
  expect((await post(`/api/jobs/${waiting}/cancel`)).body).toEqual({ cancelled: true });
  expect((await jobOf(waiting)).status).toBe(404);
  expect((await ask(`${target()}/history/${waiting}`)).body).toEqual({});
  expect((await post(`/api/jobs/${waiting}/cancel`)).body).toEqual({ cancelled: false });
  await stop(running);
});

test('A cancelled running prompt ends before its next node and is a cancelled job.', async () => {
  const ear = await listen(target());
  const id = await busy({ client_id: ear.clientId });
  await ear.hears(
    ({ type, data }) => type === 'executing' && data.node === '2' && data.prompt_id === id,
    'node 2 runs',
  );
  expect((await post(`/api/jobs/${id}/cancel`)).body).toEqual({ cancelled: true });
  expect((await jobOf(id)).body.status).toBe('in_progress');
  expect((await post(`/api/jobs/${id}/cancel`)).body).toEqual({ cancelled: true });
  await ear.hears(({ type, data }) => type === 'executing' && data.node === null && data.prompt_id === id, 'the end');
  const [next, interrupted, none] = ear.about(id).slice(-3);
  expect([next?.type, next?.data.node]).toEqual(['executing', '3']);
  expect(interrupted).toEqual({
    type: 'execution_interrupted',
    data: {
      prompt_id: id,
      node_id: '3',
      node_type: 'ImageBlur',
      executed: expect.any(Array),
      timestamp: expect.any(Number),
    },
  });
  expect(interrupted?.data.executed.toSorted()).toEqual(['1', '2']);
  expect(none?.data.node).toBeNull();
  const { body: job } = await jobOf(id);
  expect(job).toMatchObject({
    status: 'cancelled',
    outputs_count: 0,
    outputs: {},
    execution_status: { status_str: 'error', completed: false },
  });
  expect(job.execution_error).toBeUndefined();
  expect(job.execution_status.messages.at(-1)[0]).toBe('execution_interrupted');
  expect((await post(`/api/jobs/${id}/cancel`)).body).toEqual({ cancelled: false });
});

test('Cancelling what is not there is no error.', async () => {
  for (const id of [randomUUID(), 'not-a-uuid']) {
    const { status, body } = await post(`/api/jobs/${id}/cancel`);
    expect([status, body]).toEqual([200, { cancelled: false }]);
  }
});

test('Several jobs can be cancelled at once, and ids that are none are refused together.', async () => {
  const running = await busy();
  const waiting = await submit(target(), quick());
  expect((await post('/api/jobs/cancel', { job_ids: [waiting, running, randomUUID()] })).body).toEqual({
    cancelled: true,
  });
  expect((await jobOf(waiting)).status).toBe(404);
  await finished(target(), running);
  expect((await jobOf(running)).body.status).toBe('cancelled');
  const answers = await Promise.all(
    [{ job_ids: [running] }, { job_ids: [] }, { job_ids: ['x', 7, running] }, {}, '{'].map((body) =>
      post('/api/jobs/cancel', body),
    ),
  );
  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [200, { cancelled: false }],
    [200, { cancelled: false }],
    [400, { error: 'job_ids contains invalid id(s)', invalid_ids: ['x', '7'] }],
    [400, { error: 'job_ids must be a list' }],
    [400, { error: 'Request body must be valid JSON' }],
  ]);
});

test('The older routes take waiting prompts away and interrupt only the one that is named.', async () => {
  const ear = await listen(target());
  const running = await busy({ client_id: ear.clientId });
  const waiting = await submit(target(), quick());
  expect(await post('/queue', { delete: [waiting, running, 'unknown'] })).toMatchObject({ status: 200, text: '' });
  expect((await jobOf(waiting)).status).toBe(404);
  expect(await post('/interrupt', { prompt_id: randomUUID() })).toMatchObject({ status: 200, text: '' });
  await ear.hears(({ type, data }) => type === 'executing' && data.node === '3', 'it goes on');
  expect((await jobOf(running)).body.status).toBe('in_progress');
  await post('/interrupt', { prompt_id: running });
  await finished(target(), running);
  expect((await jobOf(running)).body.status).toBe('cancelled');
});

test('The queue can be cleared, and what runs goes on.', async () => {
  const running = await busy();
  await submit(target(), quick());
  await submit(target(), quick());
  await post('/queue', { clear: true });
  const { body } = await ask(`${target()}/queue`);
  expect([body.queue_running[0][1], body.queue_pending]).toEqual([running, []]);
  await stop(running);
});

test('An interrupt without a name hits whatever runs, and nothing when nothing runs.', async () => {
  const running = await busy();
  await post('/interrupt');
  await finished(target(), running);
  expect((await jobOf(running)).body.status).toBe('cancelled');
  await post('/interrupt');
  const entry = await finished(target(), await submit(target(), quick()));
  expect(entry.status.status_str).toBe('success');
});

test('The same id twice runs twice, and the second run takes the place of the first in history.', async () => {
  await idle(target());
  const id = randomUUID();
  const answers = await Promise.all([quick(), quick()].map((prompt) => post('/prompt', { prompt, prompt_id: id })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  await idle(target());
  const numbers = answers.map(({ body }) => body.number as number);
  await until(async () => {
    const { body } = await ask(`${target()}/history/${id}`);
    return body[id]?.prompt[0] === Math.max(...numbers) ? true : undefined;
  }, 'the second ended');
});
