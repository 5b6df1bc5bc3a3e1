import { randomUUID } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TaskStatusBody } from '../../src/contracts/task-status.ts';
import { startTestStack, type TestStack } from '../helpers/test-stack.ts';

let stack: TestStack;
beforeAll(async () => void (stack = await startTestStack()));
afterAll(() => stack.remove());

interface Body {
  task_id: string;
  code?: string;
  errors?: { path: string }[];
  [more: string]: unknown;
}
async function ask(method: string, page: string, body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${stack.apiUrl}${page}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}
const film = (more: object = {}) => ({
  task_type: 'remotion_render',
  payload: { timeline: { width: 64, height: 64, durationInFrames: 3 } },
  ...more,
});
const submit = async (more: object = {}): Promise<string> =>
  (await ask('POST', '/submit_task', film(more))).body.task_id;
const statusOf = async (taskId: string): Promise<TaskStatusBody> =>
  (await ask('GET', `/task_status/${taskId}`)).body as unknown as TaskStatusBody;
const over = (taskId: string) => stack.poll(taskId, ({ done }) => done);
const exists = (file: string): Promise<boolean> =>
  access(path.join(stack.assetRoot, file)).then(
    () => true,
    () => false,
  );
/** Visibility is some ten milliseconds late. */
const listed = (query: string, count: number) =>
  vi.waitUntil(async () => ((await ask('GET', `/tasks?${query}`)).body['tasks'] as unknown[]).length === count, {
    timeout: 30_000,
    interval: 100,
  });

describe('POST /submit_tasks', () => {
  beforeEach(() => ask('POST', '/queue/resume'));

  test('starts tasks in their order, each with an entry of its own', async () => {
    await ask('POST', '/queue/pause', { reason: 'test' });
    const labels = (index: number) => ({ client: 'batch', metadata: { index }, statsu: 1 });
    const tasks = Array.from({ length: 20 }, (_, index) => film(labels(index)));
    const { status, body } = await ask('POST', '/submit_tasks', { tasks });
    expect(status).toBe(200);
    const entries = body['tasks'] as { status: string; task_id: string }[];
    expect(entries.map((entry) => entry.status)).toEqual(tasks.map(() => 'queued'));
    const positions = await vi.waitFor(
      async () => {
        const all = await Promise.all(entries.map(({ task_id: id }) => statusOf(id)));
        const found = all.map(({ queue_position: position }) => position ?? 0);
        expect(found).toEqual(found.toSorted((a, b) => a - b));
        expect(found[0]).toBeGreaterThan(0);
        return all.map(({ metadata }) => metadata);
      },
      { timeout: 30_000, interval: 100 },
    );
    expect(positions).toEqual(tasks.map((_, index) => ({ index })));
    await listed('client=batch&status=pending', 20);
    const cancelled = (await ask('POST', '/tasks/cancel', { client: 'batch' })).body;
    expect((cancelled['cancelled'] as string[]).toSorted()).toEqual(entries.map(({ task_id: id }) => id).toSorted());
  });

  test('starts none when one is bad, and names every bad field with its place', async () => {
    const client = `none-${randomUUID()}`;
    const tasks = [
      film({ client }),
      film({ client, priority: 'x' }),
      { task_type: 'cosyvoice', payload: { text: 7 } },
      5,
    ];
    const { status, body } = await ask('POST', '/submit_tasks', { tasks });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'invalid_request' });
    expect(body.errors?.map((error) => error.path)).toEqual(
      expect.arrayContaining(['tasks[1].priority', 'tasks[2].payload.voice_id', 'tasks[3]']),
    );
    const { body: page } = await ask('GET', `/tasks?client=${client}`);
    expect(page['tasks']).toEqual([]);
  });

  test.each([[{ tasks: [] }], [{ tasks: Array.from({ length: 201 }, () => film()) }], [{ task: [film()] }], [[]]])(
    'refuses a body that is not a list of tasks',
    async (sent) => {
      expect(await ask('POST', '/submit_tasks', sent)).toMatchObject({
        status: 422,
        body: { code: 'invalid_request' },
      });
    },
  );

  test('can be sent again with a key for all of them, or with a key for each', async () => {
    const key = randomUUID();
    const tasks = [film(), film({ idempotency_key: randomUUID() }), film()];
    const idsOf = ({ body }: { body: Body }) => (body['tasks'] as { task_id: string }[]).map(({ task_id: id }) => id);
    const first = await ask('POST', '/submit_tasks', { tasks }, { 'Idempotency-Key': `"${key}"` });
    const again = await ask('POST', '/submit_tasks', { tasks }, { 'Idempotency-Key': key });
    expect(idsOf(again)).toEqual(idsOf(first));
    expect(new Set(idsOf(first)).size).toBe(3);
    expect(again.body['tasks']).toMatchObject([{ replayed: true }, { replayed: true }, { replayed: true }]);
    const changed = [film(), tasks[1], film({ priority: 1 })];
    const other = await ask('POST', '/submit_tasks', { tasks: changed }, { 'Idempotency-Key': key });
    expect(other.body['tasks']).toMatchObject([
      { replayed: true },
      { replayed: true },
      { status: 'refused', error: { code: 'idempotency_key_reused' } },
    ]);
  });
});

describe('POST /tasks/cancel', () => {
  test('cancels the waiting tasks that match, and nothing else', async () => {
    await ask('POST', '/queue/pause', { reason: 'test' });
    const mine = [
      await submit({ client: 'cancel', tags: ['a'] }),
      await submit({ client: 'cancel', delay_seconds: 900 }),
    ];
    const others = [await submit({ client: 'other', tags: ['a'] }), await submit({ client: 'cancel', tags: ['b'] })];
    await listed('client=cancel&status=pending', 3);
    const first = await ask('POST', '/tasks/cancel', { client: 'cancel', tag: 'a' });
    expect(first).toMatchObject({ status: 200, body: { cancelled: [mine[0]], failed: [], more: false } });
    expect((await statusOf(others[0] ?? '')).status).toBe('pending');
    await vi.waitFor(
      async () => {
        const { body } = await ask('POST', '/tasks/cancel', { client: 'cancel' });
        expect(body['cancelled']).toEqual([others[1], mine[1]]);
      },
      { timeout: 1000 },
    );
    expect(await statusOf(mine[1] ?? '')).toMatchObject({ done: true, result: { error: { code: 'cancelled' } } });
    await ask('POST', `/tasks/${others[0]}/cancel`);
    await ask('POST', '/queue/resume');
  });

  test.each([
    [{}, 'all'],
    [{ clinet: 'a' }, 'clinet'],
    [{ client: 'a', tga: 'b' }, 'tga'],
    [{ client: 'a"b' }, 'client'],
    [{ status: 'processing', all: true }, 'status'],
  ])('refuses %j, which may mean more than it says', async (sent, field) => {
    const { status, body } = await ask('POST', '/tasks/cancel', sent);
    expect({ status, paths: body.errors?.map((error) => error.path) }).toEqual({
      status: 422,
      paths: expect.arrayContaining([field]) as unknown,
    });
  });
});

describe('DELETE /tasks/{task_id}', () => {
  test('deletes an ended task with its work folder, and its film only on request', async () => {
    const key = randomUUID();
    const taskId = await submit({ idempotency_key: key });
    const { result } = await over(taskId);
    const { output_path: output } = result as { output_path: string };
    expect(await ask('DELETE', `/tasks/${taskId}`)).toEqual({
      status: 200,
      body: { task_id: taskId, deleted: [taskId], files_removed: [], files_kept: [] },
    });
    expect((await ask('GET', `/task_status/${taskId}`)).status).toBe(404);
    expect((await ask('DELETE', `/tasks/${taskId}`)).status).toBe(404);
    expect([await exists(`work/${taskId}`), await exists(output)]).toEqual([false, true]);

    // Its key is free again at once, although Temporal needs some seconds to delete the run.
    const again = await ask('POST', '/submit_task', film({ idempotency_key: key, tags: ['again'] }));
    expect(again).toMatchObject({ status: 200, body: { task_id: taskId } });
    expect(await statusOf(taskId)).toMatchObject({ tags: ['again'] });
    // The film of the earlier run is its own.
    await over(taskId);
    expect((await ask('DELETE', `/tasks/${taskId}?files=true`)).body).toMatchObject({ files_removed: [output] });
    expect(await exists(output)).toBe(false);
  });

  test('keeps an output that somebody else replaced', async () => {
    const output = 'output/shared.mp4';
    const payload = { ...film().payload, output_path: output };
    const taskId = await submit({ payload });
    await over(taskId);
    await writeFile(path.join(stack.assetRoot, output), 'mine now');
    expect((await ask('DELETE', `/tasks/${taskId}?files=true`)).body).toMatchObject({
      files_removed: [],
      files_kept: [output],
    });
    expect(await readFile(path.join(stack.assetRoot, output), 'utf8')).toBe('mine now');
  });

  test('deletes a pipeline with its steps, which run again when it is submitted again', async () => {
    const pipeline = { idempotency_key: randomUUID(), steps: [{ id: 'film', ...film() }] };
    const { body } = await ask('POST', '/submit_pipeline', pipeline);
    const { result } = await over(body.task_id);
    const { steps } = result as unknown as { steps: { film: { task_id: string; result: { output_path: string } } } };
    const deleted = (await ask('DELETE', `/tasks/${body.task_id}?files=true`)).body;
    expect(deleted).toMatchObject({
      deleted: [body.task_id, steps.film.task_id],
      files_removed: [steps.film.result.output_path],
    });
    expect((await ask('GET', `/task_status/${steps.film.task_id}`)).status).toBe(404);

    expect((await ask('POST', '/submit_pipeline', pipeline)).body.task_id).toBe(body.task_id);
    expect(await over(body.task_id)).toMatchObject({ result: { steps: { film: { status: 'completed' } } } });
    expect(await exists(steps.film.result.output_path)).toBe(true);
  });

  test('is refused for a task that is not over', async () => {
    await ask('POST', '/queue/pause', { reason: 'test' });
    const taskId = await submit();
    expect(await ask('DELETE', `/tasks/${taskId}`)).toMatchObject({ status: 409, body: { code: 'task_not_over' } });
    await ask('POST', `/tasks/${taskId}/cancel`);
    expect(await ask('DELETE', `/tasks/${taskId}?files=maybe`)).toMatchObject({ status: 422 });
    expect(await ask('DELETE', `/tasks/${taskId}`)).toMatchObject({ status: 200 });
    await ask('POST', '/queue/resume');
  });
});
