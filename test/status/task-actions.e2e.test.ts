import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { reconcile } from '../../src/status/reconciler.ts';
import { statusBody } from '../../src/status/status-body.ts';
import { createTaskActions, type TaskActions } from '../../src/status/task-actions.ts';
import { describeTask } from '../../src/temporal/describe-task.ts';
import { listChanges } from '../../src/temporal/list-changes.ts';
import { countQueued, createQueueAllowance } from '../../src/temporal/queue-allowance.ts';
import { listWaitingTasks, wakeTasks } from '../../src/temporal/waiting-tasks.ts';
import { film } from '../helpers/rendered-film.ts';
import { createTaskRig, type Generate, type Render, type TaskRig } from '../helpers/task-rig.ts';

const made = { files: [], texts: [], seed: 7, promptId: 'p', cached: false };
const refused = () => new AppError('render_rejected', 'a passing mood');
const away = () => Promise.reject(new AppError('comfyui_unavailable', 'at http://127.0.0.1:8188'));
const render = vi.fn<Render>();
const generate = vi.fn<Generate>();
let rig: TaskRig;
let actions: TaskActions;
beforeAll(async () => {
  rig = await createTaskRig(
    (job, control) => render(job, control),
    (job, control) => generate(job, control),
  );
  actions = createTaskActions({
    temporal: rig.temporal,
    store: rig.store,
    describe: (taskId) => describeTask(rig.temporal, taskId),
    priorityLevels: 101,
    now: () => new Date(),
  });
});
afterAll(() => rig.stop());
/** A test that fails leaves the slot to the next one. */
const releases: (() => void)[] = [];
afterEach(() => releases.splice(0).forEach((release) => release()));
beforeEach(() => {
  render.mockReset().mockResolvedValue(film);
  generate.mockReset().mockResolvedValue(made);
});

/** Renders from now on last until they are aborted. @returns the control of the first. */
function holdRender(): Promise<Parameters<Render>[1]> {
  return new Promise((started) => {
    render.mockImplementation(
      (_job, control) =>
        new Promise((_resolve, reject) => {
          started(control);
          control.signal.addEventListener('abort', () => reject(control.signal.reason as Error), { once: true });
        }),
    );
  });
}

/** A task that has the slot until it is released. */
async function occupySlot() {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
    releases.push(resolve);
  });
  const started = new Promise<void>((resolve) => {
    render.mockImplementationOnce(async () => {
      resolve();
      await held;
      return film;
    });
  });
  const taskId = await rig.submit({ priority: 100 });
  await started;
  return { taskId, release };
}

const ended = (taskId: string) =>
  rig
    .handle(taskId)
    .result()
    .catch((error: unknown) => error);
const statusOf = async (taskId: string) => {
  const record = await rig.readStatus(taskId);
  return record === null ? null : statusBody(taskId, record);
};
/** As the Web UI reads them. */
const detailsOf = async (taskId: string): Promise<string> => {
  const metadata = await rig.handle(taskId).query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails;
};
const attributesOf = async (taskId: string) => (await rig.handle(taskId).describe()).searchAttributes;
const codeOf = (action: Promise<unknown>) =>
  action.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );
const until = (met: () => Promise<boolean>) => vi.waitUntil(met, { timeout: 15_000, interval: 50 });
const isWaiting = (taskId: string) => until(async () => (await statusOf(taskId))?.waiting != null);
const silent = { debug() {}, info() {}, warn() {}, error() {}, named: () => silent };

/** One look of the reconciler, as the control worker takes it every two seconds. */
const repair = () =>
  reconcile(
    {
      store: rig.store,
      listChanges: (since) => listChanges(rig.temporal, since),
      describe: (taskId, runId) => describeTask(rig.temporal, taskId, runId),
      intervalMs: 1000,
      logger: silent,
      now: () => new Date(),
    },
    new Date(Date.now() - 60_000),
  );
const projected = (taskId: string, status: string) =>
  until(async () => (await repair()) >= 0 && (await statusOf(taskId))?.status === status);

/** Resets as the Web UI does, to the first or the last workflow task of the task's history. */
async function reset(taskId: string, which: 'first' | 'last'): Promise<void> {
  const { events } = await rig.handle(taskId).fetchHistory();
  const all = events?.filter((event) => event.workflowTaskCompletedEventAttributes) ?? [];
  await rig.temporal.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: taskId },
    workflowTaskFinishEventId: (which === 'first' ? all[0] : all.at(-1))?.eventId ?? null,
    requestId: randomUUID(),
    reason: 'test',
  });
}

describe('Cancel', () => {
  test('ends a task that waits for its turn at once, without its ever running', async () => {
    const slot = await occupySlot();
    const taskId = await rig.submit();
    const { over, record } = await actions.cancelTask(taskId);
    expect(over).toBe(true);
    expect(record).toMatchObject({ status: 'failed', result: { error: { code: 'cancelled' } } });
    expect(await statusOf(taskId)).toMatchObject({ status: 'failed', finished_at: expect.any(String) as string });
    expect(await attributesOf(taskId)).toMatchObject({ TaskStatus: ['failed'] });
    slot.release();
    await ended(slot.taskId);
    expect(render).toHaveBeenCalledOnce();
  });

  test('ends a task that waits for its engine at once', async () => {
    generate.mockImplementation(away);
    const taskId = await rig.submitComfyui();
    await isWaiting(taskId);
    expect(await actions.cancelTask(taskId)).toMatchObject({ over: true, record: { status: 'failed', waiting: null } });
  });

  test('reaches the engine of a task that runs, which is cancelling until the engine has let go', async () => {
    let letGo: () => void = () => undefined;
    const told = new Promise<void>((resolve) => {
      render.mockImplementation(
        (_job, { signal }) =>
          new Promise((_resolve, reject) => {
            letGo = () => reject(signal.reason as Error);
            signal.addEventListener('abort', () => resolve(), { once: true });
          }),
      );
    });
    const taskId = await rig.submit();
    await until(async () => (await statusOf(taskId))?.status === 'processing');
    const { over, record } = await actions.cancelTask(taskId);
    expect(over).toBe(false);
    expect(record).toMatchObject({ status: 'processing', phase: 'cancelling' });
    await told;
    expect(await detailsOf(taskId)).toMatch(/Cancelling since 2.*Running on `test:0` since .*Priority/s);
    letGo();
    await ended(taskId);
    expect(await statusOf(taskId)).toMatchObject({ status: 'failed', result: { error: { code: 'cancelled' } } });
    expect(await detailsOf(taskId)).toMatch(/Failed \(`cancelled`\)(?!.*Cancelling since)/s);
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
    expect(await actions.cancelTask(taskId)).toMatchObject({ over: false, record: { phase: 'cancelling' } });
    await ended(taskId);
    expect((await rig.handle(taskId).describe()).status.name).toBe('CANCELLED');
    expect(await statusOf(taskId)).toMatchObject({ status: 'failed', result: { error: { code: 'cancelled' } } });
  });

  test('is refused for what is over and for what nobody knows', async () => {
    const taskId = await rig.submit();
    await ended(taskId);
    expect(await codeOf(actions.cancelTask(taskId))).toBe('task_over');
    expect(await codeOf(actions.cancelTask(randomUUID()))).toBe('task_not_found');
  });
});

describe('Retry', () => {
  const retried = async (taskId: string) => {
    const before = (await rig.handle(taskId).describe()).runId;
    const record = await actions.retryTask(taskId);
    expect(['pending', 'processing']).toContain(record.status);
    expect(record).toMatchObject({ result: null, finishedAt: null });
    await rig.handle(taskId).result();
    expect((await rig.handle(taskId).describe()).runId).not.toBe(before);
    expect(await statusOf(taskId)).toMatchObject({ status: 'completed', task_id: taskId });
  };

  test('runs a failed task again under its id, with its input, priority, labels and the manifest of before', async () => {
    render.mockRejectedValueOnce(refused());
    const taskId = await rig.submit({ priority: 70 });
    await ended(taskId);
    const before = await statusOf(taskId);
    await retried(taskId);
    expect(await statusOf(taskId)).toMatchObject({ priority: 70, attempts: 2, created_at: before?.created_at });
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
    const slot = await occupySlot();
    const taskId = await rig.submit();
    await actions.cancelTask(taskId);
    slot.release();
    await retried(taskId);
  });

  test('runs a task that was terminated before any of its code ran again', async () => {
    const queue = `nobody-${randomUUID()}`;
    const taskId = await rig.submit({}, queue);
    await rig.handle(taskId).terminate();
    await actions.retryTask(taskId);
    const { status, taskQueue } = await rig.handle(taskId).describe();
    expect([status.name, taskQueue]).toEqual(['RUNNING', queue]);
    await rig.handle(taskId).terminate();
  });

  test('runs a task that was terminated while it ran again, and its status begins anew', async () => {
    const started = holdRender();
    const taskId = await rig.submit();
    const control = await started;
    await rig.handle(taskId).terminate();
    await projected(taskId, 'failed');
    await until(async () => control.signal.aborted);
    render.mockReset().mockResolvedValue(film);
    await retried(taskId);
  });

  test('begins one run for a double click', async () => {
    render.mockRejectedValueOnce(refused());
    const taskId = await rig.submit();
    await ended(taskId);
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(actions.retryTask(taskId))));
    expect(codes).toContain('done');
    await ended(taskId);
    expect(render).toHaveBeenCalledTimes(2);
  });

  test('is refused for what is not over, for what completed and for what nobody knows', async () => {
    const slot = await occupySlot();
    expect(await codeOf(actions.retryTask(slot.taskId))).toBe('task_not_failed');
    slot.release();
    await ended(slot.taskId);
    expect(await codeOf(actions.retryTask(slot.taskId))).toBe('task_not_failed');
    expect(await codeOf(actions.retryTask(randomUUID()))).toBe('task_not_found');
  });
});

describe('A changed priority', () => {
  test('moves a queued task at once, and status and Web UI show it', async () => {
    const slot = await occupySlot();
    const order: string[] = [];
    render.mockImplementation((job) => {
      order.push(path.basename(job.outputFile, '.mp4'));
      return Promise.resolve(film);
    });
    const [first, second] = [await rig.submit({ priority: 50 }), await rig.submit({ priority: 40 })];
    expect(await actions.changePriority(second, 60)).toMatchObject({ status: 'pending', priority: 60 });
    await until(async () => (await attributesOf(second))['Priority']?.[0] === 60);
    slot.release();
    await Promise.all([ended(first), ended(second)]);
    expect(order).toEqual([second, first]);
    expect(await statusOf(second)).toMatchObject({ status: 'completed', priority: 60 });
    await rig.redis.flushall();
    expect(await statusOf(second)).toMatchObject({ priority: 60 });
  });

  test('of a task that waits for its engine holds for its next turn and for a new history', async () => {
    generate.mockImplementation(away);
    const note = { class_type: 'Note', inputs: { text: 'x'.repeat(900_000) } };
    const taskId = await rig.submitComfyui({
      input: { template: null, graph: { '1': note }, uploads: [], seed: 7, models: [], ignored: [] },
    });
    await isWaiting(taskId);
    const first = (await rig.handle(taskId).describe()).runId;
    await actions.changePriority(taskId, 90);
    await until(async () => (await attributesOf(taskId))['Priority']?.[0] === 90);
    for (let tries = 1; (await rig.handle(taskId).describe()).runId === first; tries += 1) {
      await until(async () => (await listWaitingTasks(rig.temporal, 'comfyui')).includes(taskId));
      await wakeTasks(rig.temporal, [taskId]);
      await vi.waitUntil(() => generate.mock.calls.length > tries, { timeout: 15_000 });
      await isWaiting(taskId);
    }
    const later = await rig.handle(taskId).describe();
    expect(later.priority?.priorityKey).toBe(11);
    expect(later.searchAttributes).toMatchObject({ Priority: [90] });
    await until(async () => (await listWaitingTasks(rig.temporal, 'comfyui')).includes(taskId));
    generate.mockResolvedValue(made);
    await wakeTasks(rig.temporal, [taskId]);
    await ended(taskId);
    expect(await statusOf(taskId)).toMatchObject({ status: 'completed', priority: 90 });
  });

  test('of a task that runs shows, and holds for its next attempt and for a retry', async () => {
    const started = holdRender();
    const taskId = await rig.submit();
    await started;
    expect(await actions.changePriority(taskId, 80)).toMatchObject({ status: 'processing', priority: 80 });
    await rig.stopGpuWorker();
    render.mockReset().mockRejectedValueOnce(refused()).mockResolvedValue(film);
    await rig.startGpuWorker();
    await ended(taskId);
    expect(await statusOf(taskId)).toMatchObject({ status: 'failed', priority: 80 });
    await actions.retryTask(taskId);
    await ended(taskId);
    expect(await statusOf(taskId)).toMatchObject({ status: 'completed', priority: 80 });
    expect((await rig.handle(taskId).describe()).priority?.priorityKey).toBe(21);
  });

  test('is refused for what is over and for what nobody knows', async () => {
    const taskId = await rig.submit();
    await ended(taskId);
    expect(await codeOf(actions.changePriority(taskId, 1))).toBe('task_over');
    expect(await codeOf(actions.changePriority(randomUUID(), 1))).toBe('task_not_found');
  });
});

describe('A time limit', () => {
  test('on the queue ends a task that did not get its turn, with a code of its own', async () => {
    const slot = await occupySlot();
    const taskId = await rig.submit({ queueSeconds: 1 });
    await ended(taskId);
    slot.release();
    await ended(slot.taskId);
    expect(await statusOf(taskId)).toMatchObject({
      status: 'failed',
      result: { error: { code: 'queue_timeout', message: 'The task waited longer than it may: 1 seconds' } },
    });
    expect(render).toHaveBeenCalledOnce();
  });

  test('on the queue counts the wait for an engine', async () => {
    generate.mockImplementation(away);
    const taskId = await rig.submitComfyui({ queueSeconds: 2 });
    await ended(taskId);
    expect(await statusOf(taskId)).toMatchObject({ status: 'failed', result: { error: { code: 'queue_timeout' } } });
    expect(await attributesOf(taskId)).toMatchObject({ TaskStatus: ['failed'] });
  });
});

describe('In the Web UI', () => {
  test('a reset to the first workflow task runs a failed task again with the priority it was given', async () => {
    const slot = await occupySlot();
    const taskId = await rig.submit();
    await actions.changePriority(taskId, 75);
    render.mockRejectedValueOnce(refused()).mockResolvedValue(film);
    slot.release();
    await ended(taskId);
    const other = await occupySlot();
    await reset(taskId, 'first');
    await projected(taskId, 'pending');
    expect(await statusOf(taskId)).toMatchObject({ result: null, finished_at: null });
    await until(async () => (await statusOf(taskId))?.priority === 75);
    // The old run's signals came along: that it had begun is not true of the new one.
    await until(async () => (await attributesOf(taskId))['Priority']?.[0] === 75);
    expect(await attributesOf(taskId)).toMatchObject({ TaskStatus: ['pending'] });
    expect((await rig.handle(taskId).describe()).priority?.priorityKey).toBe(26);
    other.release();
    await ended(taskId);
    expect(await statusOf(taskId)).toMatchObject({ status: 'completed', priority: 75 });
  });

  test('a reset to the workflow task that scheduled the last activity runs it again', async () => {
    generate.mockImplementationOnce(away).mockRejectedValueOnce(new AppError('comfyui_refused', 'node 3'));
    const taskId = await rig.submitComfyui();
    await until(async () => (await listWaitingTasks(rig.temporal, 'comfyui')).includes(taskId));
    await wakeTasks(rig.temporal, [taskId]);
    await ended(taskId);
    const { events } = await rig.handle(taskId).fetchHistory();
    const scheduled = events?.findLast((event) => event.activityTaskScheduledEventAttributes);
    await rig.temporal.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: taskId },
      workflowTaskFinishEventId: scheduled?.activityTaskScheduledEventAttributes?.workflowTaskCompletedEventId ?? null,
      requestId: randomUUID(),
      reason: 'test',
    });
    await ended(taskId);
    expect(await statusOf(taskId)).toMatchObject({ status: 'completed', waiting: null });
    expect(generate).toHaveBeenCalledTimes(3);
  });

  test('the record of an end belongs to the run that the server tells of, also when that was cut from another', async () => {
    const recordedRun = async (taskId: string) => (await rig.store.versions([taskId]))[0]?.runStartedAt;
    const startOfRun = async (taskId: string) => (await rig.handle(taskId).describe()).startTime.getTime();
    render.mockRejectedValue(refused());
    const taskId = await rig.submit();
    await ended(taskId);
    const first = await startOfRun(taskId);
    expect(await recordedRun(taskId)).toBe(first);
    await reset(taskId, 'last');
    await ended(taskId);
    expect(await recordedRun(taskId)).toBe(await startOfRun(taskId));
    expect(await recordedRun(taskId)).toBeGreaterThan(first);
  });

  test('a reset to the last workflow task only fails again', async () => {
    render.mockRejectedValueOnce(refused());
    const taskId = await rig.submit();
    await ended(taskId);
    await reset(taskId, 'last');
    await ended(taskId);
    await projected(taskId, 'failed');
    expect(render).toHaveBeenCalledOnce();
  });

  test('a reset of a task that runs begins it anew, and its engine is freed first', async () => {
    const started = holdRender();
    const taskId = await rig.submit();
    const control = await started;
    render
      .mockReset()
      .mockImplementation(() =>
        control.signal.aborted ? Promise.resolve(film) : Promise.reject(new Error('two renders at once')),
      );
    await reset(taskId, 'first');
    await ended(taskId);
    expect(await statusOf(taskId)).toMatchObject({ status: 'completed' });
  });

  test('terminate frees the engine and leaves the finished parts for a retry', async () => {
    const started = holdRender();
    const taskId = await rig.submit();
    const control = await started;
    await rig.handle(taskId).terminate('enough');
    await vi.waitUntil(() => control.signal.aborted, { timeout: 10_000 });
    await projected(taskId, 'failed');
    expect(await statusOf(taskId)).toMatchObject({ result: { error: { code: 'terminated' } } });
    await vi.waitUntil(
      async () =>
        (await readFile(path.join(rig.assetRoot, 'work', taskId, 'manifest.json'), 'utf8')).includes('released'),
      { timeout: 10_000 },
    );
  });
});

test('A client queues as many tasks as it may and not one more, however fast it sends them', async () => {
  const slot = await occupySlot();
  const client = `n8n ${randomUUID()}`;
  let time = 0;
  const admit = createQueueAllowance({
    most: 5,
    count: (name, latest) => countQueued(rig.temporal, name, latest),
    now: () => new Date(time),
  });
  const submitted: Promise<string>[] = [];
  for (let tries = 0; tries < 10; tries += 1) {
    const taskId = randomUUID();
    // So that each try counts anew, before the server has seen the task of the one before.
    time += 1000;
    const mayQueue = await admit(client, taskId).then(
      () => true,
      () => false,
    );
    if (mayQueue) submitted.push(rig.submit({}, undefined, client, taskId));
  }
  const taskIds = await Promise.all(submitted);
  expect(taskIds).toHaveLength(5);
  slot.release();
  await Promise.all(taskIds.map(ended));
  await until(async () => (await countQueued(rig.temporal, client, taskIds)) === 0);
});
