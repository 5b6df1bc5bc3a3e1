import { afterEach, expect, test } from 'vitest';
import type { Answered } from '../../src/contracts/answered.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { type ApiRig, startApi, TASK_ID } from '../helpers/api-rig.ts';
import { samplesOf } from '../helpers/exposition.ts';

let rig: ApiRig | undefined;
afterEach(() => rig?.close());

test('GET /metrics is the text that Prometheus reads', async () => {
  const metrics = createMetrics({
    checkHealth: () => Promise.resolve({ required: { redis: { ok: false, detail: 'away' } }, engines: {}, cards: [] }),
    taskNumbers: { counts: () => Promise.reject(new Error('away')), totals: () => Promise.reject(new Error('away')) },
    lastReconciled: () => Promise.reject(new Error('away')),
    countWaitingForEngines: () => Promise.reject(new Error('away')),
    countDeliveries: () => Promise.reject(new Error('away')),
    now: () => new Date(),
  });
  rig = await startApi({ metricsText: metrics.text });
  const response = await fetch(`${rig.base}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(samplesOf(await response.text()).get('gpumw_up{part="redis"}')).toBe(0);
  const head = await fetch(`${rig.base}/metrics`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('Every request is noted with its route, whoever answers it', async () => {
  const noted: Answered[] = [];
  let onNoted = (): void => undefined;
  rig = await startApi({}, [], {
    noteAnswer(answered) {
      noted.push(answered);
      onNoted();
    },
  });
  const { base } = rig;
  const ask = async (method: string, path: string): Promise<void> => {
    const isNoted = new Promise<void>((resolve) => (onNoted = resolve));
    await (await fetch(`${base}${path}`, { method })).arrayBuffer();
    await isNoted;
  };
  await ask('GET', `/task_status/${TASK_ID}`);
  await ask('GET', '/assets/films/none.mp4');
  await ask('GET', '/nowhere/at/all');
  await ask('DELETE', '/queue');
  await ask('OPTIONS', '/queue');
  expect(noted.map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual([
    'GET /task_status/{task_id} 404',
    'GET /assets/{path} 404',
    'GET undefined 404',
    'DELETE undefined 405',
    'OPTIONS undefined 204',
  ]);
  expect(noted.every(({ seconds }) => seconds > 0)).toBe(true);
});

test('A request whose client leaves before the answer is noted with 499', async () => {
  const leaving = new AbortController();
  const readStatus = (): Promise<never> => {
    leaving.abort();
    return new Promise(() => undefined);
  };
  let resolve: (answered: Answered) => void = () => undefined;
  const noted = new Promise<Answered>((settle) => (resolve = settle));
  rig = await startApi({ readStatus }, [], { noteAnswer: (answered) => resolve(answered) });
  await fetch(`${rig.base}/task_status/${TASK_ID}`, { signal: leaving.signal }).catch(() => undefined);
  expect(await noted).toMatchObject({ route: '/task_status/{task_id}', status: 499 });
});
