import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { TASK_TYPES } from '../../src/contracts/names.ts';
import { FAMILIES } from '../../src/metrics/families.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import type { SharedNumbersDeps } from '../../src/metrics/shared-numbers.ts';
import { CLASSES, totalsFrom } from '../../src/status/task-totals.ts';
import { familiesOf, samplesOf } from '../helpers/exposition.ts';

const HERE = { ok: true, detail: 'here' };
const AWAY = { ok: false, detail: 'Connection refused' };
const NOW = new Date('2026-01-04T09:32:56Z');
const secondsAgo = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);

type Health = Awaited<ReturnType<SharedNumbersDeps['checkHealth']>>;
let health: Health;
let deps: SharedNumbersDeps;
beforeEach(() => {
  health = {
    required: {
      temporal: { ...HERE, paused: null },
      redis: HERE,
      gpu_worker: AWAY,
      control_worker: HERE,
      assets: HERE,
    },
    engines: { comfyui: HERE, cosyvoice: AWAY },
    cards: [
      {
        gpu_id: 'box:0',
        holder: { host: 'box', pid: 7, since: '2026-01-04T09:00:00.000Z' },
        number: 1,
        lease: 'held',
      },
    ],
  };
  deps = {
    checkHealth: () => Promise.resolve(health),
    taskNumbers: {
      counts: () =>
        Promise.resolve({
          waiting: [{ taskType: 'comfyui', band: '50-74', count: 3, oldest: secondsAgo(90) }],
          running: [{ taskType: 'remotion_render', count: 1 }],
        }),
      totals: () =>
        Promise.resolve(
          totalsFrom({
            since: '1',
            'end:comfyui:completed': '5',
            'end:comfyui:cancelled': '2',
            'end:comfyui:of_another_version': '1',
            'end:comfyui:of_a_third_version': '1',
            'end:pipeline:completed': '1',
            'attempts:comfyui': '9',
            'wait:comfyui:2:0.5': '1',
            'wait:comfyui:2:30': '2',
            'wait:comfyui:2:more': '1',
            'wait:comfyui:2:ms': '99500',
            'run:comfyui:completed:60': '5',
            'run:comfyui:completed:ms': '200000',
            'chunks:drawn': '4',
            'chunks:reused': '6',
            'webhook:delivered': '8',
          }),
        ),
    },
    lastReconciled: () => Promise.resolve(secondsAgo(3)),
    countWaitingForEngines: () => Promise.resolve({ comfyui: 0, cosyvoice: 4 }),
    countDeliveries: () => Promise.resolve({ pending: 2, failed: 1 }),
    now: () => NOW,
  };
});

const read = async () => {
  const text = await createMetrics(deps).text();
  return { text, samples: samplesOf(text), families: familiesOf(text) };
};

test('The state of the parts, of the queue and of the cards is shown as numbers', async () => {
  const { samples } = await read();
  expect(Object.fromEntries(samples)).toMatchObject({
    'gpumw_up{part="temporal"}': 1,
    'gpumw_up{part="gpu_worker"}': 0,
    'gpumw_engine_up{engine="cosyvoice"}': 0,
    'gpumw_engine_waiting_tasks{engine="cosyvoice"}': 4,
    gpumw_queue_paused: 0,
    'gpumw_queue_tasks{task_type="comfyui",priority_band="50-74"}': 3,
    'gpumw_queue_tasks{task_type="cosyvoice",priority_band="0-24"}': 0,
    'gpumw_queue_oldest_seconds{task_type="comfyui",priority_band="50-74"}': 90,
    'gpumw_running_tasks{task_type="remotion_render"}': 1,
    'gpumw_card_held{gpu_id="box:0",host="box"}': 1,
    'gpumw_card_held_since_timestamp_seconds{gpu_id="box:0",host="box"}': 1_767_517_200,
    gpumw_reconciler_lag_seconds: 3,
  });
});

test('Totals are shown by type, outcome and error, and as histograms whose buckets add up', async () => {
  const { samples } = await read();
  const bucket = (le: string) =>
    samples.get(`gpumw_queue_wait_seconds_bucket{task_type="comfyui",priority_band="50-74",le="${le}"}`);
  expect(['0.5', '10', '30', '21600', '+Inf'].map(bucket)).toEqual([1, 1, 3, 3, 4]);
  expect(Object.fromEntries(samples)).toMatchObject({
    'gpumw_queue_wait_seconds_count{task_type="comfyui",priority_band="50-74"}': 4,
    'gpumw_queue_wait_seconds_sum{task_type="comfyui",priority_band="50-74"}': 99.5,
    'gpumw_task_duration_seconds_count{task_type="comfyui",outcome="completed"}': 5,
    'gpumw_tasks_finished_total{task_type="comfyui",outcome="completed"}': 5,
    'gpumw_tasks_finished_total{task_type="comfyui",outcome="failed"}': 2,
    'gpumw_tasks_finished_total{task_type="comfyui",outcome="cancelled"}': 2,
    'gpumw_tasks_finished_total{task_type="pipeline",outcome="completed"}': 1,
    'gpumw_tasks_finished_total{task_type="cosyvoice",outcome="failed"}': 0,
    'gpumw_task_errors_total{task_type="comfyui",code="cancelled"}': 2,
    'gpumw_task_errors_total{task_type="comfyui",code="other"}': 2,
    'gpumw_task_errors_total{task_type="pipeline",code="task_lost"}': 0,
    'gpumw_task_attempts_total{task_type="comfyui"}': 9,
    'gpumw_render_chunks_total{source="reused"}': 6,
    'gpumw_webhook_deliveries_total{outcome="delivered"}': 8,
    'gpumw_webhook_deliveries_total{outcome="failed"}': 0,
    'gpumw_webhooks{state="failed"}': 1,
  });
});

test('While Redis is away or refuses writes, its numbers are left out instead of repeated', async () => {
  health = { ...health, required: { ...health.required, redis: AWAY } };
  const { samples, families } = await read();
  expect(samples.get('gpumw_up{part="redis"}')).toBe(0);
  for (const name of [
    'gpumw_queue_tasks',
    'gpumw_tasks_finished_total',
    'gpumw_card_held',
    'gpumw_reconciler_lag_seconds',
  ])
    expect(families.has(name)).toBe(false);
  expect(samples.get('gpumw_engine_waiting_tasks{engine="cosyvoice"}')).toBe(4);
});

test('Numbers that cannot be read do not keep the others from being shown', async () => {
  const away = () => Promise.reject(new Error('away'));
  deps = {
    ...deps,
    taskNumbers: { counts: away, totals: away },
    lastReconciled: away,
    countWaitingForEngines: away,
    countDeliveries: away,
  };
  const { samples, families } = await read();
  expect(samples.get('gpumw_up{part="assets"}')).toBe(1);
  expect(families.has('gpumw_queue_tasks')).toBe(false);
});

test('While Temporal is away, it is not known whether workers run and whether the queue is paused', async () => {
  health = { ...health, required: { ...health.required, temporal: AWAY, gpu_worker: AWAY, control_worker: AWAY } };
  const { samples, families } = await read();
  expect(samples.get('gpumw_up{part="temporal"}')).toBe(0);
  expect(samples.has('gpumw_up{part="gpu_worker"}')).toBe(false);
  expect(families.has('gpumw_queue_paused')).toBe(false);
});

test('Requests are counted by route and status, and clients cannot make up labels', async () => {
  const metrics = createMetrics(deps);
  metrics.noteAnswer({ method: 'GET', route: '/task_status/{task_id}', status: 200, seconds: 0.01 });
  metrics.noteAnswer({ method: 'BREW', route: undefined, status: 404, seconds: 0.01 });
  metrics.noteSubmitted('comfyui');
  const samples = samplesOf(await metrics.text());
  expect(Object.fromEntries(samples)).toMatchObject({
    'gpumw_http_requests_total{method="GET",route="/task_status/{task_id}",status="200"}': 1,
    'gpumw_http_requests_total{method="other",route="other",status="404"}': 1,
    'gpumw_http_request_duration_seconds_count{route="other"}': 1,
    'gpumw_tasks_submitted_total{task_type="comfyui"}': 1,
    'gpumw_tasks_submitted_total{task_type="pipeline"}': 0,
  });
});

test('Every declared metric is exported with its type and its labels, beside those of the process', async () => {
  const metrics = createMetrics(deps);
  metrics.noteAnswer({ method: 'GET', route: '/queue', status: 200, seconds: 0.01 });
  const text = await metrics.text();
  const families = familiesOf(text);
  for (const [name, { type, labels }] of Object.entries(FAMILIES)) {
    expect({ name, type: families.get(name) }).toEqual({ name, type });
    const sample = [...samplesOf(text).keys()].find((key) => key.startsWith(name)) ?? '';
    const found = [...sample.matchAll(/[{,]([a-z_]+)="/g)].map(([, label]) => label).filter((label) => label !== 'le');
    expect({ name, labels: found }).toEqual({ name, labels: [...labels] });
  }
  expect([...families.keys()].filter((name) => name.startsWith('gpumw_')).toSorted()).toEqual(
    Object.keys(FAMILIES).toSorted(),
  );
  expect(families.get('process_resident_memory_bytes')).toBe('gauge');
  expect(families.get('nodejs_eventloop_lag_seconds')).toBe('gauge');
});

test('Scrapes within a second share one reading', async () => {
  let readings = 0;
  const metrics = createMetrics({
    ...deps,
    checkHealth: () => {
      readings += 1;
      return Promise.resolve(health);
    },
  });
  await Promise.all([metrics.text(), metrics.text()]);
  await metrics.text();
  expect(readings).toBe(1);
});

test('Whatever is in the hash of totals, every histogram counts each duration once', () => {
  const name = fc.oneof(fc.constantFrom(...CLASSES.map(String), 'more', '45', '99999', 'ms'), fc.string());
  const field = fc.oneof(
    fc.tuple(fc.constantFrom('wait'), fc.constantFrom(...TASK_TYPES), fc.constantFrom('0', '3', '4'), name),
    fc.tuple(fc.constantFrom('run'), fc.constantFrom(...TASK_TYPES, 'other'), fc.constantFrom('completed', 'x'), name),
    fc.tuple(fc.string(), fc.string()),
  );
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(field, fc.nat(1000)), { selector: ([parts]) => parts.join(':') }), (fields) => {
      const hash = Object.fromEntries(fields.map(([parts, number]) => [parts.join(':'), String(number)]));
      const { waits, runs } = totalsFrom(hash);
      const known = fields.filter(
        ([[kind, type = '', which = '', what]]) =>
          what !== 'ms' &&
          (TASK_TYPES as readonly string[]).includes(type) &&
          ((kind === 'wait' && ['0', '3'].includes(which)) || (kind === 'run' && which === 'completed')),
      );
      const counted = [...waits, ...runs].flatMap(({ histogram }) => histogram.counts);
      expect(counted.every((count) => Number.isInteger(count))).toBe(true);
      expect(counted.reduce((sum, count) => sum + count, 0)).toBe(known.reduce((sum, [, count]) => sum + count, 0));
    }),
  );
});
