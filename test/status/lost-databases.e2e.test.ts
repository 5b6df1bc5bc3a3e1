import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { QueueBody } from '../../src/contracts/queue.ts';
import type { TaskStatusBody } from '../../src/contracts/task-status.ts';
import { freePort } from '../../src/local/stack/ports.ts';
import { namespaceRetentionDays } from '../../src/temporal/namespace.ts';
import { flux } from '../simulators/comfyui/rig.ts';
import { startTestStack, type TestStack } from '../helpers/test-stack.ts';

/** What the row promises, with room for a busy machine. */
const WAIT = { timeout: 90_000, interval: 200 };

const film = (text: string, more: object = {}) => ({
  task_type: 'remotion_render',
  payload: { timeline: { width: 64, height: 64, durationInFrames: 2, clips: [{ type: 'text', text }] }, ...more },
});
/** One that neither completes before a cancel reaches it nor while something else is done to it. */
const longPicture = (text: string) => ({ task_type: 'comfyui', payload: { workflow: flux(text, 7, 5000) } });

let stack: TestStack;
let data: string;
beforeAll(async () => {
  stack = await startTestStack({ simulate: { comfyui: { port: await freePort(), options: { stepMs: 100 } } } });
  data = path.join(path.dirname(stack.assetRoot), 'data');
});
afterAll(() => stack.remove());

const post = async (page: string, body: object = {}, method = 'POST') => {
  const response = await fetch(`${stack.apiUrl}${page}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { http: response.status, ...((await response.json()) as { code?: string; task_id?: string }) };
};
const queue = async () => (await (await fetch(`${stack.apiUrl}/queue?next=1000`)).json()) as QueueBody;
const workerWorks = () =>
  vi.waitUntil(async () => {
    const { gpu_worker: gpu, control_worker: control } = (await queue().catch(() => ({}))) as Partial<QueueBody>;
    return gpu?.ok === true && control?.ok === true;
  }, WAIT);
const completed = (taskId: string) => stack.poll(taskId, ({ status }) => status === 'completed');
const isLost = ({ status, result }: TaskStatusBody): boolean =>
  status === 'failed' && result !== null && 'error' in result && result.error?.code === 'task_lost';
const lost = (taskId: string) => vi.waitUntil(async () => isLost(await stack.status(taskId)), WAIT);

async function submitPipeline(): Promise<string> {
  const step = (id: string) => ({ id, ...film(`pipeline ${id}`) });
  const { task_id: taskId, ...rest } = await post('/submit_pipeline', { steps: [step('a'), step('b')] });
  expect(rest).toMatchObject({ http: 200 });
  return String(taskId);
}

async function withoutTemporal(change: () => Promise<unknown>): Promise<void> {
  await stack.temporalServer?.stop();
  await change();
  await stack.temporalServer?.start();
}
const temporalData = (): string => path.join(data, 'temporal');
const removeDatabase = async (): Promise<void> => {
  for (const end of ['', '-wal', '-shm']) await rm(path.join(temporalData(), `temporal.db${end}`), { force: true });
};

/** The same answer wherever one asks for a task that is lost. */
async function expectLostEverywhere(taskId: string): Promise<void> {
  expect(isLost(await stack.status(taskId))).toBe(true);
  expect(await post(`/tasks/${taskId}/cancel`)).toMatchObject({ http: 410, code: 'task_lost' });
  expect(await post(`/tasks/${taskId}/retry`)).toMatchObject({ http: 410, code: 'task_lost' });
  expect(await post(`/tasks/${taskId}`, { priority: 90 }, 'PATCH')).toMatchObject({ http: 410, code: 'task_lost' });
  const legacy = (await (await fetch(`${stack.apiUrl}/status/${taskId}`)).json()) as TaskStatusBody;
  expect(isLost(legacy)).toBe(true);
}

describe('When the database of Temporal', () => {
  test('is lost, tasks that were not over are lost everywhere within a minute, and new ones run', async () => {
    await workerWorks();
    const done = await stack.submit(film('done'));
    await completed(done);
    const failed = await stack.submit(longPicture('failed'));
    await post(`/tasks/${failed}/cancel`);
    await vi.waitUntil(async () => (await stack.status(failed)).status === 'failed', WAIT);
    const running = await stack.submit(longPicture('in hand'));
    await stack.poll(running, ({ progress }) => progress > 0);
    const waiting = await Promise.all(['one', 'two', 'three'].map((text) => stack.submit(film(text))));
    const pipeline = await submitPipeline();
    await vi.waitUntil(async () => (await queue()).waiting.count >= waiting.length, WAIT);
    await withoutTemporal(removeDatabase);

    for (const taskId of [running, ...waiting, pipeline]) {
      await lost(taskId);
      await expectLostEverywhere(taskId);
    }
    expect(await stack.status(done)).toMatchObject({ status: 'completed' });
    expect(await post(`/tasks/${done}/cancel`)).toMatchObject({ http: 409, code: 'task_over' });
    expect(await post(`/tasks/${done}/retry`)).toMatchObject({ http: 409, code: 'task_not_failed' });
    expect(await post(`/tasks/${failed}/cancel`)).toMatchObject({ http: 409, code: 'task_over' });
    expect(await post(`/tasks/${failed}/retry`)).toMatchObject({ http: 410, code: 'task_lost' });
    await vi.waitUntil(async () => {
      const { waiting: line, running: hands } = await queue();
      return line.count === 0 && hands.length === 0;
    }, WAIT);
    await stack.logged('worker.log', /\d tasks are lost: Temporal does not know them/);

    await workerWorks();
    await completed(await stack.submit(film('after the loss')));
    const connection = await Connection.connect({ address: stack.temporalAddress });
    await vi.waitUntil(async () => (await namespaceRetentionDays(connection, 'default')) >= 33, WAIT);
    await connection.close();
  });

  test('is an older one, tasks that it does not know are lost, and the others end as they did or run', async () => {
    const before = await stack.submit(film('known, and over since'));
    await post('/queue/pause', { reason: 'a copy is made' });
    const kept = await stack.submit(film('known'));
    await completed(before).catch(() => undefined);
    const copy = path.join(data, 'copy');
    await withoutTemporal(() => cp(temporalData(), copy, { recursive: true }));
    await workerWorks();
    const later = await stack.submit(film('not known'));
    await vi.waitUntil(async () => (await queue()).waiting.count >= 2, WAIT);
    await withoutTemporal(async () => {
      await removeDatabase();
      await cp(copy, temporalData(), { recursive: true });
    });
    await lost(later);
    await expectLostEverywhere(later);
    await workerWorks();
    expect((await post('/queue/resume')).http).toBe(200);
    await completed(kept);
    await completed(await stack.submit(film('after the older one')));
    expect((await queue()).waiting.count).toBe(0);
  });
});

test('When the data of Redis is lost, statuses come back from Temporal, and the line with them', async () => {
  const done = await stack.submit(film('done before Redis'));
  const { result } = await completed(done);
  await post('/queue/pause', { reason: 'Redis is made anew' });
  const waiting = await Promise.all([10, 90].map((priority) => stack.submit({ ...film(`${priority}`), priority })));
  await vi.waitUntil(async () => (await queue()).waiting.count === 2, WAIT);
  await stack.redisServer?.stop();
  await rm(path.join(data, 'redis'), { recursive: true });
  await mkdir(path.join(data, 'redis'));
  await stack.redisServer?.start();

  expect(await stack.status(done)).toMatchObject({ status: 'completed', result });
  await vi.waitUntil(async () => {
    const next = (await queue().catch(() => undefined))?.waiting?.next ?? [];
    return next.map(({ task_id: id }) => id).join() === [waiting[1], waiting[0]].join();
  }, WAIT);
  for (const taskId of waiting)
    expect(await stack.status(taskId)).toMatchObject({ status: 'pending', phase: 'paused' });
  expect((await post('/queue/resume')).http).toBe(200);
  for (const taskId of waiting) await completed(taskId);
});
