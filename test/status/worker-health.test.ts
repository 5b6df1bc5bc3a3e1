import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { CardHealth } from '../../src/contracts/health.ts';
import { createWorkerChecks } from '../../src/status/health.ts';
import {
  controlWorkerState,
  gpuWorkerState,
  readObstacles,
  type WorkerChecks,
} from '../../src/status/worker-health.ts';
import type { StandbyWorker } from '../../src/temporal/standby-workers.ts';
import { connectRedis } from '../../src/redis/connection.ts';
import { createTemporal } from '../../src/temporal/connection.ts';
import { createLines } from '../helpers/lines.ts';

const card = (lease: CardHealth['lease']): CardHealth => ({
  gpu_id: 'gpu-box:0',
  holder: { host: 'gpu-box', pid: 7611, since: '2026-01-04T09:00:00.000Z' },
  number: 3,
  lease,
});
const standby: StandbyWorker = {
  pid: 7700,
  host: 'gpu-box',
  since: '2026-01-04T08:00:00.000Z',
  reason: 'process 7611 on gpu-box (since yesterday) has the card gpu-box:0',
};
const all: WorkerChecks = {
  listWorkers: (taskQueue) => Promise.resolve([taskQueue === 'gpu' ? 'gpu-box:0' : '7611@gpu-box']),
  silenceOf: () => Promise.resolve(1000),
  listStandbys: () => Promise.resolve([]),
  listCards: () => Promise.resolve([card('held')]),
};
const none = (taskQueue: string): Partial<WorkerChecks> => ({
  listWorkers: (asked) => (asked === taskQueue ? Promise.resolve([]) : all.listWorkers(asked)),
});

const nothing = { waiting: null, control: null, inHand: null };

describe('Why tasks wait', () => {
  test('is not a missing worker while all report, or while this is unknown', async () => {
    expect(await readObstacles(all)).toEqual(nothing);
    expect(await readObstacles({ ...all, silenceOf: () => Promise.resolve(null) })).toEqual(nothing);
    expect(await readObstacles({ ...all, listWorkers: () => Promise.reject(new Error('not now')) })).toEqual(nothing);
  });

  test.each([
    [
      'no GPU worker runs',
      { ...none('gpu'), listCards: () => Promise.resolve([]) },
      /^No GPU worker is running$/,
      /npm run worker/,
    ],
    [
      'another has the card',
      none('gpu'),
      /^No GPU worker takes tasks: the card gpu-box:0 belongs to process 7611 on gpu-box since 2026-01-04T09:00:00.000Z$/,
      /works for another Temporal server.*For the operator: .*stands by/,
    ],
    [
      'one that is not heard of has the card',
      { ...none('gpu'), listCards: () => Promise.resolve([card('expired')]) },
      /^No GPU worker is running \(the card .* has not released it and shows no sign of life\)$/,
      /For the operator: start one with `npm run worker`/,
    ],
    [
      'the only worker stands by, and Redis does not say for whom',
      { ...none('gpu'), listStandbys: () => Promise.resolve([standby]), listCards: () => Promise.resolve([]) },
      /^No GPU worker takes tasks \(process 7700 on gpu-box stands by since 2026-01-04T08:00:00.000Z: process 7611 on gpu-box \(since yesterday\) has the card gpu-box:0\)$/,
      /^The worker that stands by begins by itself .* For the operator: worker.log/,
    ],
    ['no control worker runs', none('middleware'), /^No control worker is running/, /npm run worker/],
    [
      'a loop is held',
      { silenceOf: () => Promise.resolve(12_345) },
      /^The worker 7611@gpu-box has shown no sign of life for 12 s$/,
      /WATCHDOG_SECONDS/,
    ],
  ] as const)('is given if %s', async (_, more, reason, hint) => {
    const { waiting: obstacle } = await readObstacles({ ...all, ...more });
    expect(obstacle?.reason).toMatch(reason);
    expect(obstacle?.hint).toMatch(hint);
    expect(obstacle?.hint).toContain('Nothing is lost');
  });
});

test('A worker that stands by is told since when, and nobody is advised to start one although one runs', async () => {
  const looks = { ...all, ...none('gpu'), listStandbys: () => Promise.resolve([standby]) };
  const { part, obstacle } = await gpuWorkerState(looks);
  expect(obstacle?.since).toBe(standby.since);
  expect(part).toEqual({ ok: false, detail: `${obstacle?.reason}. ${obstacle?.hint}` });
  expect(part.detail).not.toMatch(/npm run worker|start one/);
});

test('A running task needs its GPU worker, and no control worker until it ends', async () => {
  expect((await readObstacles({ ...all, ...none('middleware') })).inHand).toBeNull();
  expect((await readObstacles({ ...all, ...none('gpu') })).inHand?.reason).toMatch(/belongs to process 7611/);
});

test('Of several workers, the one with the blocked event loop is named', async () => {
  const two = {
    ...all,
    listWorkers: () => Promise.resolve(['a:0', 'b:0']),
    silenceOf: (worker: string) => Promise.resolve(worker === 'a:0' ? 500 : 60_000),
  };
  expect((await gpuWorkerState(two)).part).toEqual({
    ok: false,
    detail: expect.stringMatching(
      /^the worker b:0 has shown no sign of life for 60 s: its event loop is blocked/,
    ) as string,
  });
});

test('While Temporal is away, no hint asks for a new worker', async () => {
  const config = loadConfig({ TEMPORAL_ADDRESS: '127.0.0.1:1', REDIS_PORT: '1' });
  const temporal = createTemporal(config.temporal);
  const redis = connectRedis(config.redis, createLines().logger);
  const looks = createWorkerChecks({ temporal, redis, config, redisWriteRefusal: () => Promise.resolve(null) });
  for (const state of [await gpuWorkerState(looks), await controlWorkerState(looks)])
    expect(state).toEqual({
      part: { ok: false, detail: 'not known while the Temporal server does not answer' },
      obstacle: null,
    });
  redis.disconnect();
  await temporal.connection.close();
});
