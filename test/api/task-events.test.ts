import { once, EventEmitter } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { StatusRecord } from '../../src/status/record.ts';
import { startApi, TASK_ID, type ApiRig } from '../helpers/api-rig.ts';
import { blankRecord } from '../helpers/blank-record.ts';

let api: ApiRig;
let record: StatusRecord | null;
let isLive: boolean;
let fault: Error | undefined;
let watching = 0;
const news = new EventEmitter();

function become(change: Partial<StatusRecord>): void {
  if (record !== null) record = { ...record, ...change };
  news.emit('change');
}

beforeAll(async () => {
  api = await startApi({
    readStatus: () => (fault === undefined ? Promise.resolve(record) : Promise.reject(fault)),
    changes: {
      isLive: () => isLive,
      watch(_taskId, signal) {
        watching++;
        return {
          isOver: () => signal?.aborted === true,
          next: async () => {
            news.emit('wait');
            await Promise.race([once(news, 'change'), ...(signal === undefined ? [] : [once(signal, 'abort')])]);
          },
          stop() {
            watching--;
            news.emit('stop');
          },
        };
      },
    },
  });
});
afterAll(() => api.close());
beforeEach(() => {
  record = { ...blankRecord };
  isLive = true;
  fault = undefined;
});

interface Told {
  id?: string;
  event?: string;
  data: { status?: unknown; progress?: number; code?: string };
}

const open = (headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> =>
  fetch(`${api.base}/tasks/${TASK_ID}/events`, { headers, ...(signal === undefined ? {} : { signal }) });

/** Events as the standard reads them: https://html.spec.whatwg.org/multipage/server-sent-events.html */
async function* eventsOf(response: Response): AsyncGenerator<Told> {
  let text = '';
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s, 2)));
      yield { ...fields, data: JSON.parse(String(fields['data'])) as Told['data'] };
    }
  }
}

async function next(events: AsyncGenerator<Told>): Promise<Told> {
  const { value, done } = await events.next();
  if (done === true) throw new Error('the stream has ended');
  return value;
}

async function all(response: Response): Promise<Told[]> {
  const told: Told[] = [];
  for await (const event of eventsOf(response)) told.push(event);
  return told;
}

test('A stream begins with the status, has each change once, and ends with the task', async () => {
  let waits = once(news, 'wait');
  const response = await open();
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream\b/);
  const events = eventsOf(response);
  expect(await next(events)).toMatchObject({ event: 'status', data: { status: 'pending' } });
  for (const progress of [0.1, 0.2]) {
    await waits;
    waits = once(news, 'wait');
    become({});
    await waits;
    waits = once(news, 'wait');
    become({ status: 'processing', progress });
    expect(await next(events)).toMatchObject({ event: 'status', data: { status: 'processing', progress } });
  }
  await waits;
  become({ status: 'completed', progress: 1 });
  expect(await next(events)).toMatchObject({ data: { status: 'completed' } });
  expect((await events.next()).done).toBe(true);
  expect(watching).toBe(0);
});

test('A reconnecting client gets no status twice, and nothing after the task has ended', async () => {
  become({ status: 'completed' });
  const [last] = await all(await open());
  expect(last).toMatchObject({ data: { status: 'completed' } });
  const over = await open({ 'Last-Event-ID': String(last?.id) });
  expect([over.status, await over.text()]).toEqual([204, '']);
  const [missed] = await all(await open({ 'Last-Event-ID': 'of an earlier status' }));
  expect(missed).toEqual(last);
});

test('A client that hangs up ends its stream', async () => {
  const waits = once(news, 'wait');
  const stopped = once(news, 'stop');
  const client = new AbortController();
  await open({}, client.signal);
  await waits;
  client.abort();
  await stopped;
  expect(watching).toBe(0);
});

test('Without Redis there is no stream, and one that is open says so and ends', async () => {
  const waits = once(news, 'wait');
  const events = eventsOf(await open());
  await next(events);
  await waits;
  isLive = false;
  become({});
  expect(await next(events)).toMatchObject({ event: 'error', data: { code: 'events_unavailable' } });
  expect((await events.next()).done).toBe(true);
  const refused = await open();
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'events_unavailable' }]);
});

test('An unknown id gets the same answer as from the other endpoints', async () => {
  record = null;
  expect(await (await open()).json()).toMatchObject({ status: 404, code: 'task_not_found' });
});

test('A fault of ours ends the stream with an error, and stands in the log', async () => {
  const waits = once(news, 'wait');
  const events = eventsOf(await open());
  await next(events);
  await waits;
  fault = new Error('a fault');
  become({});
  expect(await next(events)).toMatchObject({ event: 'error', data: { code: 'internal_error' } });
  expect((await events.next()).done).toBe(true);
  expect(api.logged.join('\n')).toContain(`Events of ${TASK_ID}: a fault`);
});
