import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { MOST_STREAMS_PER_CLIENT, createStreamPlaces } from '../../src/api/events/stream-places.ts';
import type { StepPlan } from '../../src/contracts/pipeline.ts';
import type { TaskChange } from '../../src/status/change-feed.ts';
import { taskIdsOf } from '../../src/status/compose-pipeline.ts';
import type { StatusRecord } from '../../src/status/record.ts';
import { startApi, TASK_ID, type ApiRig } from '../helpers/api-rig.ts';
import { blankRecord } from '../helpers/blank-record.ts';
import { createFakeFeed } from '../helpers/fake-feed.ts';
import { allEvents, eventsOf, nextEvent } from '../helpers/read-events.ts';

const STEP: StepPlan = { id: 'picture', taskType: 'comfyui', onError: 'fail', after: [] };
const [STEP_ID = ''] = taskIdsOf(TASK_ID, STEP);

const fake = createFakeFeed();
const places = createStreamPlaces({ mostPerClient: 2 });
let api: ApiRig;
let record: StatusRecord | null;
let step: StatusRecord;
let fault: Error | undefined;
let log: TaskChange[] | null;
let quiet = 0;

function become(change: Partial<StatusRecord>): void {
  if (record !== null) record = { ...record, ...change };
  fake.change(TASK_ID, { id: '5-1' });
}

beforeAll(async () => {
  // The teller, and the queue.
  api = await startApi({
    readStatus: (taskId) =>
      fault === undefined ? Promise.resolve(taskId === STEP_ID ? step : record) : Promise.reject(fault),
    readPipeline: (_id, own) => Promise.resolve(own.plan === undefined ? own : { ...own, progress: step.progress }),
    feed: fake.feed,
    takePlace: places,
    log: { latest: () => Promise.resolve('5-0'), since: () => Promise.resolve(log) },
  });
  quiet = fake.count().followers;
});
afterAll(() => api.close());
const client = { hangUp: new AbortController() };
beforeEach(() => {
  record = { ...blankRecord };
  step = { ...blankRecord };
  fake.setLive(true);
  fault = undefined;
  log = null;
  client.hangUp = new AbortController();
  // What an earlier test read.
  fake.change(TASK_ID);
  fake.change(STEP_ID);
});
afterEach(async () => {
  client.hangUp.abort();
  while (fake.count().followers > quiet) await once(fake.events, 'unfollow');
});

const open = (headers: Record<string, string> = {}, query = ''): Promise<Response> =>
  fetch(`${api.base}/tasks/${TASK_ID}/events${query}`, { headers, signal: client.hangUp.signal });

test('A stream begins with the status, has each change once, and ends with the task', async () => {
  const response = await open();
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream\b/);
  expect(response.headers.get('x-accel-buffering')).toBe('no');
  const events = eventsOf(response);
  expect(await nextEvent(events)).toMatchObject({
    id: expect.stringMatching(/^5-0\./),
    event: 'status',
    data: { status: 'pending' },
  });
  for (const progress of [0.1, 0.2]) {
    become({});
    become({ status: 'processing', progress });
    expect(await nextEvent(events)).toMatchObject({ event: 'status', data: { status: 'processing', progress } });
  }
  become({ status: 'completed', progress: 1 });
  expect(await nextEvent(events)).toMatchObject({ id: expect.stringMatching(/^5-1\./), data: { status: 'completed' } });
  expect((await events.next()).done).toBe(true);
});

test('A reconnecting client gets no status twice, and nothing after the task has ended', async () => {
  become({ status: 'completed' });
  const [last] = await allEvents(await open());
  expect(last).toMatchObject({ data: { status: 'completed' } });
  const over = await open({ 'Last-Event-ID': String(last?.id) });
  expect([over.status, await over.text()]).toEqual([204, '']);
  const [missed] = await allEvents(await open({ 'Last-Event-ID': 'of an earlier status' }));
  expect(missed).toEqual(last);
});

test('Files and warnings come before the end, and a reconnecting client gets those that it missed', async () => {
  const note = (event: string, data: object) => ({ event, data: JSON.stringify(data) });
  log = [
    { taskId: 'another', id: '4-1', movedQueue: false, note: note('file', { path: 'theirs.png' }) },
    { taskId: TASK_ID, id: '4-2', movedQueue: false, note: null },
    { taskId: TASK_ID, id: '4-3', movedQueue: false, note: note('file', { path: 'ours.png' }) },
  ];
  const events = eventsOf(await open({ 'Last-Event-ID': '4-0.x' }));
  expect(await nextEvent(events)).toMatchObject({
    id: expect.stringMatching(/^4-3\./),
    event: 'file',
    data: { path: 'ours.png' },
  });
  expect(await nextEvent(events)).toMatchObject({ event: 'status' });
  record = { ...blankRecord, status: 'completed' };
  fake.change(TASK_ID, { id: '5-2' });
  fake.change(TASK_ID, { id: '5-3', note: note('warning', { warning: 'a warning' }) });
  expect(await nextEvent(events)).toMatchObject({
    id: expect.stringMatching(/^5-3\./),
    event: 'warning',
    data: { warning: 'a warning' },
  });
  expect(await nextEvent(events)).toMatchObject({ event: 'status', data: { status: 'completed' } });
});

test('Previews are asked for while a ComfyUI task runs, unless the client wants none', async () => {
  record = { ...blankRecord, taskType: 'comfyui' };
  const events = eventsOf(await open());
  await nextEvent(events);
  expect(fake.count().looks).toEqual([]);
  const looks = once(fake.events, 'look');
  become({ status: 'processing' });
  await looks;
  fake.preview(TASK_ID, { image: 'data:image/jpeg;base64,AA==' });
  const told = [await nextEvent(events), await nextEvent(events)];
  expect(told).toContainEqual({ event: 'preview', data: { image: 'data:image/jpeg;base64,AA==' } });
  const without = eventsOf(await open({}, '?previews=false'));
  expect(await nextEvent(without)).toMatchObject({ data: { status: 'processing' } });
  become({ status: 'completed' });
  expect(await nextEvent(without)).toMatchObject({ data: { status: 'completed' } });
  while ((await nextEvent(events)).data['status'] !== 'completed');
  expect((await events.next()).done).toBe(true);
  expect(fake.count().looks).toEqual([]);
});

test('A pipeline has the changes, files and previews of its steps', async () => {
  record = { ...blankRecord, taskType: 'pipeline', plan: [STEP] };
  const events = eventsOf(await open());
  await nextEvent(events);
  const looks = once(fake.events, 'look');
  step = { ...blankRecord, taskType: 'comfyui', status: 'processing', progress: 0.5 };
  fake.change(STEP_ID);
  expect(await nextEvent(events)).toMatchObject({ event: 'status', data: { task_id: TASK_ID, progress: 0.5 } });
  await looks;
  fake.change(STEP_ID, { id: '6-1', note: { event: 'file', data: '{"path":"a.png"}' } });
  expect(await nextEvent(events)).toMatchObject({ event: 'file', data: { path: 'a.png' } });
});

test('A client that hangs up ends its stream', async () => {
  await open();
  client.hangUp.abort();
  while (fake.count().followers > quiet) await once(fake.events, 'unfollow');
});

test('Without Redis there is no stream, and one that is open says so and ends', async () => {
  const events = eventsOf(await open());
  await nextEvent(events);
  fake.setLive(false);
  expect(await nextEvent(events)).toMatchObject({ event: 'error', data: { code: 'events_unavailable' } });
  expect((await events.next()).done).toBe(true);
  const refused = await open();
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'events_unavailable' }]);
});

// A browser would give up after a 503.
test('Without Redis, a client that reconnects is told to come back later', async () => {
  fake.setLive(false);
  const response = await open({ 'Last-Event-ID': '5-0.x' });
  const text = await response.text();
  expect([response.status, text]).toEqual([
    200,
    expect.stringMatching(/retry: 10000\nevent: error\ndata: .*events_unavailable/),
  ]);
});

test('An unknown id gets the same answer as from the other endpoints', async () => {
  record = null;
  expect(await (await open()).json()).toMatchObject({ status: 404, code: 'task_not_found' });
});

test('A parameter that is not valid is refused with its name', async () => {
  const refused = await open({}, '?previews=perhaps');
  expect([refused.status, await refused.json()]).toMatchObject([422, { errors: [{ path: 'previews' }] }]);
});

test('A client that has too many streams is told so, and gets a place back when one ends', async () => {
  const events = [eventsOf(await open()), eventsOf(await open())];
  const refused = await open();
  expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'too_many_streams' }]);
  become({ status: 'failed' });
  for (const one of events) while (!(await one.next()).done);
  expect((await open()).status).toBe(200);
});

test('All clients together have a limit too', () => {
  const takePlace = createStreamPlaces({ most: MOST_STREAMS_PER_CLIENT + 1 });
  const leave = Array.from({ length: MOST_STREAMS_PER_CLIENT }, () => takePlace('a'));
  expect(() => takePlace('a')).toThrow(expect.objectContaining({ code: 'too_many_streams' }));
  takePlace('b');
  expect(() => takePlace('c')).toThrow(expect.objectContaining({ code: 'streams_full' }));
  leave[0]?.();
  leave[0]?.();
  takePlace('a');
  expect(() => takePlace('c')).toThrow(expect.objectContaining({ code: 'streams_full' }));
});

test('A fault of ours ends the stream with an error, and stands in the log', async () => {
  const events = eventsOf(await open());
  await nextEvent(events);
  fault = new Error('a fault');
  become({});
  expect(await nextEvent(events)).toMatchObject({ event: 'error', data: { code: 'internal_error' } });
  expect((await events.next()).done).toBe(true);
  expect(api.logged.join('\n')).toContain(`Events of ${TASK_ID}: a fault`);
});

test('When the API stops, a stream says goodbye, so that its client reconnects', async () => {
  const events = eventsOf(await open());
  await nextEvent(events);
  fake.feed.close();
  expect(await nextEvent(events)).toMatchObject({
    event: 'bye',
    data: { reason: expect.stringMatching(/Connect again/) },
  });
  expect((await events.next()).done).toBe(true);
});
