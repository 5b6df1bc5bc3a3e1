import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { priorityKey } from '../../src/temporal/priority.ts';
import { listWaitingTasks, wakeTasks } from '../../src/temporal/waiting-tasks.ts';
import { away, createActionsRig, refused, type ActionsRig } from '../helpers/actions-rig.ts';
import { film } from '../helpers/rendered-film.ts';

let rig: ActionsRig;
beforeAll(async () => {
  rig = await createActionsRig();
});
afterAll(() => rig.stop());
afterEach(() => rig.beginAnew());

const made = { files: [], texts: [], seed: 7, promptId: 'p', cached: false };

const codeOf = (action: Promise<unknown>) =>
  action.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );

describe('Cancel', () => {
  test('ends a task that waits for its turn at once, without its ever running', async () => {
    const slot = await rig.occupySlot();
    const taskId = await rig.submit();
    const { over, record } = await rig.cancelWaiting(taskId);
    expect(over).toBe(true);
    expect(record).toMatchObject({ status: 'failed', result: { error: { code: 'cancelled' } } });
    expect(await rig.statusOf(taskId)).toMatchObject({ status: 'failed', finished_at: expect.any(String) as string });
    expect(await rig.attributesOf(taskId)).toMatchObject({ TaskStatus: ['failed'] });
    slot.release();
    await rig.ended(slot.taskId);
    expect(rig.render).toHaveBeenCalledOnce();
  });

  test('ends a task that waits for its engine at once', async () => {
    rig.generate.mockImplementation(away);
    const taskId = await rig.submitComfyui();
    await rig.isWaiting(taskId);
    expect(await rig.cancelWaiting(taskId)).toMatchObject({
      over: true,
      record: { status: 'failed', waiting: null },
    });
  });

  test('reaches the engine of a running task, which is `cancelling` until the engine has stopped', async () => {
    let letGo: () => void = () => undefined;
    const told = new Promise<void>((resolve) => {
      rig.render.mockImplementation(
        (_job, { signal }) =>
          new Promise((_resolve, reject) => {
            letGo = () => reject(signal.reason as Error);
            signal.addEventListener('abort', () => resolve(), { once: true });
          }),
      );
    });
    const taskId = await rig.submit();
    await rig.until(async () => (await rig.statusOf(taskId))?.status === 'processing');
    const { over, record } = await rig.actions.cancelTask(taskId);
    expect(over).toBe(false);
    expect(record).toMatchObject({ status: 'processing', phase: 'cancelling' });
    await told;
    expect(await rig.detailsOf(taskId)).toMatch(/Priority.*Cancelling since 2.*Running on `test:0` since /s);
    letGo();
    await rig.ended(taskId);
    expect(await rig.statusOf(taskId)).toMatchObject({ status: 'failed', result: { error: { code: 'cancelled' } } });
    expect(await rig.detailsOf(taskId)).toMatch(/Failed \(`cancelled`\)(?!.*Cancelling since)/s);
  });

  test('of a task whose worker is dead ends it as cancelled once that is noticed', async () => {
    const gpuQueue = `dead-${randomUUID()}`;
    const taskId = await rig.submit({ gpuQueue });
    // A worker that takes the task and is never heard of again.
    await rig.temporal.connection.withDeadline(Date.now() + 10_000, () =>
      rig.temporal.client.workflowService.pollActivityTaskQueue({
        namespace: 'default',
        taskQueue: { name: gpuQueue },
        identity: 'dead',
      }),
    );
    expect(await rig.actions.cancelTask(taskId)).toMatchObject({ over: false, record: { phase: 'cancelling' } });
    await rig.ended(taskId);
    expect((await rig.handle(taskId).describe()).status.name).toBe('CANCELLED');
    expect(await rig.statusOf(taskId)).toMatchObject({ status: 'failed', result: { error: { code: 'cancelled' } } });
  });

  test('is refused for ended and for unknown tasks', async () => {
    const taskId = await rig.submit();
    await rig.ended(taskId);
    expect(await codeOf(rig.actions.cancelTask(taskId))).toBe('task_over');
    expect(await codeOf(rig.actions.cancelTask(randomUUID()))).toBe('task_not_found');
  });
});

describe('Retry', () => {
  const retried = async (taskId: string) => {
    const before = (await rig.handle(taskId).describe()).runId;
    const record = await rig.actions.retryTask(taskId);
    expect(['pending', 'processing']).toContain(record.status);
    expect(record).toMatchObject({ result: null, finishedAt: null });
    await rig.handle(taskId).result();
    expect((await rig.handle(taskId).describe()).runId).not.toBe(before);
    expect(await rig.statusOf(taskId)).toMatchObject({ status: 'completed', task_id: taskId });
  };

  test('runs a failed task again under its id, with its input, priority, labels and the manifest of before', async () => {
    rig.render.mockRejectedValueOnce(refused());
    const taskId = await rig.submit({ priority: 70 });
    await rig.ended(taskId);
    const before = await rig.statusOf(taskId);
    await retried(taskId);
    expect(await rig.statusOf(taskId)).toMatchObject({ priority: 70, attempts: 2, created_at: before?.created_at });
    const description = await rig.handle(taskId).describe();
    expect(await description.staticSummary()).toBe('a test film');
    expect(description.priority?.priorityKey).toBe(31);
    expect(description.searchAttributes).toMatchObject({ Priority: [70], TaskStatus: ['completed'] });
    const manifest = await readFile(path.join(rig.assetRoot, 'work', taskId, 'manifest.json'), 'utf8');
    expect((JSON.parse(manifest) as { attempts: { end: string }[] }).attempts.map(({ end }) => end)).toEqual([
      'failed',
      'completed',
    ]);
  });

  test('runs a task that was cancelled while it waited again', async () => {
    const slot = await rig.occupySlot();
    const taskId = await rig.submit();
    await rig.cancelWaiting(taskId);
    slot.release();
    await retried(taskId);
  });

  test('runs a task that was terminated before any of its code ran again', async () => {
    const queue = `nobody-${randomUUID()}`;
    const taskId = await rig.submit({}, queue);
    await rig.handle(taskId).terminate();
    await rig.actions.retryTask(taskId);
    const { status, taskQueue } = await rig.handle(taskId).describe();
    expect([status.name, taskQueue]).toEqual(['RUNNING', queue]);
    await rig.handle(taskId).terminate();
  });

  test('runs a task again that was terminated while it ran, with a new status', async () => {
    const started = rig.holdRender();
    const taskId = await rig.submit();
    const control = await started;
    await rig.handle(taskId).terminate();
    await rig.projected(taskId, 'failed');
    await rig.until(async () => control.signal.aborted);
    rig.render.mockReset().mockResolvedValue(film);
    await retried(taskId);
  });

  test('starts one run for a double click', async () => {
    rig.render.mockRejectedValueOnce(refused());
    const taskId = await rig.submit();
    await rig.ended(taskId);
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(rig.actions.retryTask(taskId))));
    expect(codes).toContain('done');
    await rig.ended(taskId);
    expect(rig.render).toHaveBeenCalledTimes(2);
  });

  test('is refused for running, completed and unknown tasks', async () => {
    const slot = await rig.occupySlot();
    expect(await codeOf(rig.actions.retryTask(slot.taskId))).toBe('task_not_failed');
    slot.release();
    await rig.ended(slot.taskId);
    expect(await codeOf(rig.actions.retryTask(slot.taskId))).toBe('task_not_failed');
    expect(await codeOf(rig.actions.retryTask(randomUUID()))).toBe('task_not_found');
  });
});

/** About how many tasks the server itself has queued with a priority: a changed one is in no queue for a moment. */
async function queuedWith(priority: number): Promise<number> {
  const { statsByPriorityKey } = await rig.temporal.client.workflowService.describeTaskQueue({
    namespace: 'default',
    taskQueue: { name: rig.queues.gpu },
    taskQueueType: 2,
    reportStats: true,
  });
  return Number(statsByPriorityKey?.[priorityKey(priority, 101)]?.approximateBacklogCount ?? 0);
}

describe('A changed priority', () => {
  test('moves a queued task at once, and status and Web UI show it', async () => {
    const slot = await rig.occupySlot();
    const order: string[] = [];
    rig.render.mockImplementation((job) => {
      order.push(path.basename(job.outputFile, '.mp4'));
      return Promise.resolve(film);
    });
    const [first, second] = [await rig.submit({ priority: 50 }), await rig.submit({ priority: 40 })];
    expect(await rig.actions.changePriority(second, 60)).toMatchObject({ status: 'pending', priority: 60 });
    await rig.until(async () => (await rig.attributesOf(second))['Priority']?.[0] === 60);
    await rig.until(async () => (await queuedWith(60)) > 0);
    slot.release();
    await Promise.all([rig.ended(first), rig.ended(second)]);
    expect(order).toEqual([second, first]);
    expect(await rig.statusOf(second)).toMatchObject({ status: 'completed', priority: 60 });
    await rig.redis.flushall();
    expect(await rig.statusOf(second)).toMatchObject({ priority: 60 });
  });

  test('of a task that waits for its engine holds for its next turn and for a new history', async () => {
    rig.generate.mockImplementation(away);
    const note = { class_type: 'Note', inputs: { text: 'x'.repeat(900_000) } };
    const taskId = await rig.submitComfyui({
      input: { template: null, graph: { '1': note }, uploads: [], seed: 7, models: [], ignored: [] },
    });
    await rig.isWaiting(taskId);
    const first = (await rig.handle(taskId).describe()).runId;
    await rig.actions.changePriority(taskId, 90);
    await rig.until(async () => (await rig.attributesOf(taskId))['Priority']?.[0] === 90);
    for (let tries = 1; (await rig.handle(taskId).describe()).runId === first; tries += 1) {
      await rig.until(async () => (await listWaitingTasks(rig.temporal, 'comfyui')).includes(taskId));
      await wakeTasks(rig.temporal, [taskId]);
      await vi.waitUntil(() => rig.generate.mock.calls.length > tries, { timeout: 60_000 });
      await rig.isWaiting(taskId);
    }
    const later = await rig.handle(taskId).describe();
    expect(later.priority?.priorityKey).toBe(11);
    expect(later.searchAttributes).toMatchObject({ Priority: [90] });
    await rig.until(async () => (await listWaitingTasks(rig.temporal, 'comfyui')).includes(taskId));
    rig.generate.mockResolvedValue(made);
    await wakeTasks(rig.temporal, [taskId]);
    await rig.ended(taskId);
    expect(await rig.statusOf(taskId)).toMatchObject({ status: 'completed', priority: 90 });
  });

  test('of a task that runs shows, and holds for its next attempt and for a retry', async () => {
    const started = rig.holdRender();
    const taskId = await rig.submit();
    await started;
    expect(await rig.actions.changePriority(taskId, 80)).toMatchObject({ status: 'processing', priority: 80 });
    await rig.stopGpuWorker();
    rig.render.mockReset().mockRejectedValueOnce(refused()).mockResolvedValue(film);
    await rig.startGpuWorker();
    await rig.ended(taskId);
    expect(await rig.statusOf(taskId)).toMatchObject({ status: 'failed', priority: 80 });
    await rig.actions.retryTask(taskId);
    await rig.ended(taskId);
    expect(await rig.statusOf(taskId)).toMatchObject({ status: 'completed', priority: 80 });
    expect((await rig.handle(taskId).describe()).priority?.priorityKey).toBe(21);
  });

  test('is refused for ended and for unknown tasks', async () => {
    const taskId = await rig.submit();
    await rig.ended(taskId);
    expect(await codeOf(rig.actions.changePriority(taskId, 1))).toBe('task_over');
    expect(await codeOf(rig.actions.changePriority(randomUUID(), 1))).toBe('task_not_found');
  });
});
