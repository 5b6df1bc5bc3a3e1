import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TaskStatus } from '../../src/contracts/names.ts';
import type { StepPlan } from '../../src/contracts/pipeline.ts';
import type { TaskStatusBody } from '../../src/contracts/task-status.ts';
import { MOST_WATCHES_PER_CLIENT } from '../../src/status/status-changes.ts';
import { taskIdsOf } from '../../src/status/compose-pipeline.ts';
import { startApi, TASK_ID, type ApiRig } from '../helpers/api-rig.ts';
import { createFakeFeed } from '../helpers/fake-feed.ts';
import { blankRecord } from '../helpers/blank-record.ts';

let api: ApiRig;
let status: TaskStatus | null = 'pending';
/** What makes it a pipeline, and the status that follows from its steps. */
let pipeline: { plan?: StepPlan[] } = {};
let composed: TaskStatus | undefined;
const fake = createFakeFeed();
const { events } = fake;

function become(next: TaskStatus): void {
  status = next;
  fake.change(TASK_ID);
}

beforeAll(async () => {
  api = await startApi({
    readStatus: () => Promise.resolve(status === null ? null : { ...blankRecord, status, ...pipeline }),
    readPipeline: (_id, record) => Promise.resolve({ ...record, status: composed ?? record.status }),
    changes: fake.changes,
  });
});
afterAll(() => api.close());
beforeEach(() => {
  status = 'pending';
  pipeline = {};
  composed = undefined;
});

const ask = async (query: string): Promise<TaskStatusBody> =>
  (await (await fetch(`${api.base}/task_status/${TASK_ID}${query}`)).json()) as TaskStatusBody;

test('The answer comes at the next change of the status, not at a change of anything else', async () => {
  const waits = once(events, 'wait');
  const answer = ask('?wait=30');
  await waits;
  const again = once(events, 'wait');
  become('pending');
  await again;
  become('processing');
  expect((await answer).status).toBe('processing');
  expect(fake.count().watches).toBe(0);
});

test('With until=completed it comes when the task is over, completed or failed', async () => {
  for (const end of ['completed', 'failed'] as const) {
    status = 'pending';
    const waits = once(events, 'wait');
    const answer = ask('?wait=30&until=completed');
    await waits;
    const again = once(events, 'wait');
    become('processing');
    await again;
    become(end);
    expect((await answer).status).toBe(end);
  }
});

test.each([
  ['?wait=30', 'completed'],
  ['?wait=30&until=completed', 'failed'],
  ['?wait=30&until=processing', 'processing'],
  ['?until=completed', 'pending'],
  ['?wait=0', 'pending'],
  ['', 'pending'],
] as const)('With the query "%s" a task that is %s is answered at once', async (query, now) => {
  status = now;
  expect((await ask(query)).status).toBe(now);
  expect(fake.count().watches).toBe(0);
});

test('A pipeline has begun when one of its steps has, although its own record says nothing of it', async () => {
  const step: StepPlan = { id: 'voice', taskType: 'cosyvoice', onError: 'fail', after: [] };
  pipeline = { plan: [step] };
  const waits = once(events, 'wait');
  const answer = ask('?wait=30&until=processing');
  await waits;
  composed = 'processing';
  fake.change(String(taskIdsOf(TASK_ID, step)[0]));
  expect((await answer).status).toBe('processing');
  expect(fake.count().watches).toBe(0);
});

test('A task that does not exist is answered at once', async () => {
  status = null;
  expect(await ask('?wait=30')).toMatchObject({ code: 'task_not_found' });
});

test('A client that hangs up no longer watches', async () => {
  const waits = once(events, 'wait');
  const stopped = once(events, 'stop');
  const client = request(`${api.base}/task_status/${TASK_ID}?wait=30`).on('error', () => undefined);
  client.end();
  await waits;
  client.destroy();
  await stopped;
  expect(fake.count().watches).toBe(0);
});

test.each([
  ['?wait=61', 'wait'],
  ['?wait=soon', 'wait'],
  ['?wait=-1', 'wait'],
  ['?wait=5&until=tomorrow', 'until'],
])('The query "%s" is refused with the name of the field', async (query, path) => {
  expect(await ask(query)).toMatchObject({ status: 422, errors: [{ path }] });
});

test('The earlier address waits too', async () => {
  const waits = once(events, 'wait');
  const answer = fetch(`${api.base}/status/${TASK_ID}?wait=30`).then((response) => response.json());
  await waits;
  become('completed');
  expect(await answer).toMatchObject({ id: TASK_ID, status: 'completed' });
});

test('A client that waits with very many requests leaves room for others', () => {
  const watch = (client?: string) => fake.changes.watch(TASK_ID, undefined, client);
  const mine = Array.from({ length: MOST_WATCHES_PER_CLIENT }, () => watch('shop'));
  expect(mine).not.toContain(null);
  expect(watch('shop')).toBeNull();
  const other = watch('n8n');
  expect(other).not.toBeNull();
  mine[0]?.stop();
  const again = watch('shop');
  expect(again).not.toBeNull();
  for (const one of [...mine.slice(1), other, again]) one?.stop();
  expect(fake.count().watches).toBe(0);
});
