import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { WaitingTask } from '../../src/api/events/queue-view.ts';
import type { TaskChange } from '../../src/status/change-feed.ts';
import type { StatusRecord } from '../../src/status/record.ts';
import { startApi, type ApiRig } from '../helpers/api-rig.ts';
import { blankRecord } from '../helpers/blank-record.ts';
import { createFakeFeed } from '../helpers/fake-feed.ts';
import { eventsOf, nextEvent } from '../helpers/read-events.ts';

const idOf = (digit: string): string => `00000000-0000-4000-8000-${digit.repeat(12)}`;
const [ONE, TWO, PIPELINE] = [idOf('1'), idOf('2'), idOf('a')];

const fake = createFakeFeed();
let api: ApiRig;
const records = new Map<string, StatusRecord>();
let log: TaskChange[] | null;
let queue: WaitingTask[];
let quiet = 0;
let hangUp: AbortController;

beforeAll(async () => {
  api = await startApi({
    readStatus: (taskId) => Promise.resolve(records.get(taskId) ?? null),
    feed: fake.feed,
    log: { latest: () => Promise.resolve('5-0'), since: () => Promise.resolve(log) },
    viewQueue: () => Promise.resolve(queue),
  });
  quiet = fake.count().followers;
});
afterAll(() => api.close());
beforeEach(() => {
  records.clear();
  fake.setLive(true);
  log = null;
  queue = [];
  hangUp = new AbortController();
  for (const id of [ONE, TWO, PIPELINE]) fake.change(id);
});
afterEach(async () => {
  hangUp.abort();
  while (fake.count().followers > quiet) await once(fake.events, 'unfollow');
});

const open = (query = '', headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${api.base}/events${query}`, { headers, signal: hangUp.signal });

/** A stream whose first event was read. */
async function follow(query = ''): Promise<ReturnType<typeof eventsOf>> {
  const events = eventsOf(await open(query));
  expect(await nextEvent(events)).toMatchObject({ event: 'reset', id: '5-0.', data: { reason: 'new' } });
  return events;
}

let changes = 0;
function become(taskId: string, record: Partial<StatusRecord>): void {
  records.set(taskId, { ...(records.get(taskId) ?? blankRecord), ...record });
  fake.change(taskId, { id: `6-${changes++}` });
}

test('A stream has the changes of all tasks, each with an id, and equal statuses only once', async () => {
  const events = await follow();
  become(ONE, { status: 'pending' });
  const { id, ...told } = await nextEvent(events);
  expect(id).toMatch(/^6-\d+\.$/);
  expect(told).toMatchObject({ event: 'status', data: { task_id: ONE, status: 'pending', step: null } });
  become(ONE, {});
  become(TWO, { status: 'failed' });
  expect(await nextEvent(events)).toMatchObject({ data: { task_id: TWO, status: 'failed' } });
});

test.each([
  ['task_type=comfyui', { taskType: 'comfyui' }],
  ['client=studio', { client: 'studio' }],
  ['tag=night', { tags: ['day', 'night'] }],
  ['status=failed', { status: 'failed' }],
  ['status=failed&client=studio', { status: 'failed', client: 'studio' }],
  [`pipeline=${PIPELINE}`, { step: { pipeline: PIPELINE, name: 'picture' } }],
] as const)('With %s a stream has only the tasks that match', async (query, wanted) => {
  const events = await follow(`?${query}`);
  become(ONE, { status: 'processing' });
  become(TWO, wanted);
  expect(await nextEvent(events)).toMatchObject({ data: { task_id: TWO } });
});

test('With pipeline=none a stream has no steps, but the pipeline that changes with them', async () => {
  const events = await follow('?pipeline=none');
  records.set(PIPELINE, { ...blankRecord, taskType: 'pipeline' });
  become(ONE, { step: { pipeline: PIPELINE, name: 'picture' } });
  expect(await nextEvent(events)).toMatchObject({ data: { task_id: PIPELINE, task_type: 'pipeline' } });
});

test('The tasks that a client names are told at once', async () => {
  records.set(TWO, { ...blankRecord, status: 'completed' });
  const events = await follow(`?task_id=${TWO},${idOf('3')}`);
  expect(await nextEvent(events)).toMatchObject({ data: { task_id: TWO, status: 'completed' } });
});

test('Files and warnings are told; previews only to those who ask', async () => {
  const [events, plain] = [await follow('?previews=true'), await follow()];
  const looks = once(fake.events, 'look');
  become(ONE, { taskType: 'comfyui', status: 'processing' });
  await looks;
  fake.preview(ONE, { image: 'data:image/png;base64,AA==' });
  fake.change(ONE, { id: '7-0', note: { event: 'file', data: '{"path":"a.png"}' } });
  const told = [await nextEvent(events), await nextEvent(events), await nextEvent(events)];
  expect(told).toContainEqual({ event: 'preview', data: { image: 'data:image/png;base64,AA==' } });
  expect(told).toContainEqual({ id: '7-0.', event: 'file', data: { path: 'a.png' } });
  expect([(await nextEvent(plain)).event, (await nextEvent(plain)).event]).toEqual(['status', 'file']);
  become(ONE, { status: 'completed' });
  await nextEvent(events);
  expect(fake.count().looks).toEqual([]);
});

test('A client that comes back gets the changes that it missed, and is told when they are not known', async () => {
  records.set(ONE, { ...blankRecord, status: 'completed' });
  const missed = { taskId: ONE, movedQueue: false, note: null };
  log = [
    { ...missed, id: '5-1' },
    { ...missed, id: '5-2' },
  ];
  const events = eventsOf(await open('', { 'Last-Event-ID': '5-0.' }));
  expect(await nextEvent(events)).toMatchObject({ id: '5-1.', data: { task_id: ONE, status: 'completed' } });
  become(TWO, {});
  expect(await nextEvent(events)).toMatchObject({ data: { task_id: TWO } });
  log = null;
  const late = eventsOf(await open('', { 'Last-Event-ID': '1-0.' }));
  expect(await nextEvent(late)).toMatchObject({ event: 'reset', data: { reason: 'gap' } });
});

test('The places in the queue are told when they change', async () => {
  const waiting = (taskId: string, position: number, client: string): WaitingTask => ({
    taskId,
    position,
    eta: null,
    record: { ...blankRecord, client },
  });
  queue = [waiting(ONE, 1, 'a'), waiting(TWO, 2, 'b')];
  const events = await follow('?client=b');
  const told = { event: 'queue', data: { tasks: [{ task_id: TWO, queue_position: 2, eta_seconds: null }] } };
  expect(await nextEvent(events)).toEqual(told);
  queue = [waiting(TWO, 1, 'b')];
  fake.change(ONE, { movedQueue: true });
  expect(await nextEvent(events)).toMatchObject({ event: 'queue', data: { tasks: [{ queue_position: 1 }] } });
});

test.each([
  ['status=finished', 'status'],
  ['task_type=film', 'task_type'],
  ['pipeline=x', 'pipeline'],
  ['task_id=x', 'task_id[0]'],
  ['task_id[]=x', undefined],
  [`task_id=${Array.from({ length: 101 }, () => ONE).join()}`, 'task_id'],
  ['previews=2', 'previews'],
])('The query %s gets a clear answer', async (query, path) => {
  const response = await open(`?${query}`);
  if (path === undefined)
    expect(await nextEvent(eventsOf(response))).toMatchObject({
      data: { warnings: [expect.stringMatching(/task_id/)] },
    });
  else expect([response.status, await response.json()]).toMatchObject([422, { errors: [{ path }] }]);
});

test('A key has the events and the places in the queue of its own tasks only, also if it names others', async () => {
  const guarded = await startApi(
    {
      readStatus: (taskId) => Promise.resolve(records.get(taskId) ?? null),
      feed: createFakeFeed().feed,
      log: { latest: () => Promise.resolve('5-0'), since: () => Promise.resolve(null) },
      viewQueue: () => Promise.resolve(queue),
    },
    [
      { name: 'studio', key: 'the-key-of-the-studio', role: 'submit' },
      { name: 'boss', key: 'the-key-of-the-boss', role: 'admin' },
    ],
  );
  onTestFinished(() => guarded.close());
  records.set(ONE, { ...blankRecord, client: 'another' });
  records.set(TWO, { ...blankRecord, client: 'studio' });
  queue = [ONE, TWO].map((taskId, at) => ({
    taskId,
    position: at + 1,
    eta: null,
    record: records.get(taskId) ?? blankRecord,
  }));
  const told = async (key: string, most: number): Promise<unknown[]> => {
    const headers = { 'X-API-Key': key };
    const url = `${guarded.base}/events?task_id=${ONE},${TWO}`;
    const events = eventsOf(await fetch(url, { headers, signal: hangUp.signal }));
    const ids: unknown[] = [];
    while (ids.length < most) {
      const { event, data } = await nextEvent(events);
      if (event === 'status') ids.push(data['task_id']);
      if (event === 'queue') ids.push((data['tasks'] as { task_id: string }[]).map((task) => task.task_id));
    }
    return ids;
  };
  expect(await told('the-key-of-the-studio', 2)).toEqual([TWO, [TWO]]);
  expect(await told('the-key-of-the-boss', 3)).toEqual([ONE, TWO, [ONE, TWO]]);
});

test('Without Redis there is no stream, and one that is open says so and ends', async () => {
  const events = await follow();
  fake.setLive(false);
  expect(await nextEvent(events)).toMatchObject({ event: 'error', data: { code: 'events_unavailable' } });
  expect((await events.next()).done).toBe(true);
  const refused = await open();
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'events_unavailable' }]);
});
