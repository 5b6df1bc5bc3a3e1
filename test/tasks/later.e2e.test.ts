import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TaskStatusBody } from '../../src/contracts/task-status.ts';
import { WAITING_KEY } from '../../src/status/queue-keys.ts';
import { describeTask } from '../../src/status/describe-task.ts';
import { createActionsRig, type ActionsRig } from '../helpers/actions-rig.ts';
import { createPipelineRig, type PipelineRig } from '../helpers/pipeline-rig.ts';

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
const LABELS = { client: 'studio', tags: ['film', 'night 2'], metadata: { order: 7, notes: ['ä', null] } };
const A_DAY = 86_400;

describe('A task for later', () => {
  let rig: ActionsRig;
  beforeAll(async () => void (rig = await createActionsRig()));
  afterEach(() => rig.beginAnew());
  afterAll(() => rig.stop());

  test('is not in the queue before its time, runs then, and keeps its labels', async () => {
    const runAt = inSeconds(3);
    const taskId = await rig.submit({ runAt, labels: LABELS }, rig.queues.control, LABELS.client);
    expect(await rig.statusOf(taskId)).toMatchObject({
      status: 'pending',
      phase: 'waiting for its time',
      waiting: { for: 'time', until: runAt },
    });
    expect(await rig.redis.zscore(WAITING_KEY, taskId)).toBeNull();
    expect(await rig.attributesOf(taskId)).toMatchObject({ WaitingFor: ['time'], Tags: LABELS.tags });

    await rig.until(async () => (await rig.statusOf(taskId))?.status === 'completed');
    expect(Date.parse((await rig.statusOf(taskId))?.started_at ?? '')).toBeGreaterThanOrEqual(Date.parse(runAt));
    expect(await rig.store.read(taskId)).toMatchObject({ ...LABELS, waiting: null });
    expect((await describeTask(rig.temporal, taskId))?.record).toMatchObject(LABELS);
    expect((await rig.attributesOf(taskId))['WaitingFor']?.[0] ?? null).toBeNull();
  });

  test('can be given another priority and be cancelled, and a retry waits for its time again', async () => {
    const runAt = inSeconds(A_DAY);
    const taskId = await rig.submit({ runAt, labels: LABELS }, rig.queues.control, LABELS.client);
    const changed = await rig.actions.changePriority(taskId, 90);
    expect(changed).toMatchObject({ priority: 90, waiting: { for: 'time', until: runAt } });
    await rig.until(async () => (await rig.attributesOf(taskId))['Priority']?.[0] === 90);
    expect(await rig.redis.zscore(WAITING_KEY, taskId)).toBeNull();

    const cancelled = await rig.cancelWaiting(taskId);
    expect(cancelled).toMatchObject({ over: true, record: { status: 'failed', ...LABELS } });
    expect(await rig.actions.retryTask(taskId)).toMatchObject({
      status: 'pending',
      priority: 90,
      waiting: { for: 'time', until: runAt },
      ...LABELS,
    });
    expect(await rig.cancelWaiting(taskId)).toMatchObject({ over: true });
  });

  test('runs at once when its time has passed', async () => {
    const taskId = await rig.submit({ runAt: inSeconds(-1), labels: LABELS });
    await rig.until(async () => (await rig.statusOf(taskId))?.status === 'completed');
  });
});

describe('A pipeline for later', () => {
  let rig: PipelineRig;
  beforeAll(async () => void (rig = await createPipelineRig(() => Promise.resolve())));
  afterEach(() => rig.clear());
  afterAll(() => rig.stop());
  const picture = { id: 'picture', task_type: 'comfyui', payload: { prompt: 'a fox' } };
  const labels = { client: 'studio', tags: ['a'], metadata: { order: 7 } };
  const until = async (id: string, met: (body: TaskStatusBody) => boolean): Promise<void> =>
    void (await vi.waitUntil(async () => met(await rig.status(id)), { timeout: 60_000, interval: 50 }));

  test('begins its steps at its time, and its steps have its client', async () => {
    const runAt = inSeconds(3);
    const id = await rig.submitPipeline({ steps: [picture], run_at: runAt, ...labels });
    const waiting = { status: 'pending', phase: 'waiting for its time', waiting: { for: 'time', until: runAt } };
    expect(await rig.status(id)).toMatchObject(waiting);
    expect((await describeTask(rig.temporal, id))?.record).toMatchObject({ ...waiting, ...labels });
    await until(id, ({ status }) => status === 'completed');
    expect(Date.parse((await rig.status(id)).started_at ?? '')).toBeGreaterThanOrEqual(Date.parse(runAt));
    expect(await rig.store.read(id)).toMatchObject({ ...labels, waiting: null });
    expect(await rig.store.read(rig.taskOf(id, 'picture'))).toMatchObject({ client: 'studio', tags: [] });
  });

  test('can be cancelled before its time, and then none of its steps ran', async () => {
    const id = await rig.submitPipeline({ steps: [picture], delay_seconds: A_DAY, ...labels });
    await rig.actions.cancelTask(id);
    await until(id, ({ status }) => status === 'failed');
    expect((await rig.status(id)).result.error).toMatchObject({ code: 'cancelled' });
    expect(await rig.readStatus(rig.taskOf(id, 'picture'))).toBeNull();
  });
});
