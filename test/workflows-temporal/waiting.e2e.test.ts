import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { forServerEngines } from '../../src/contracts/names.ts';
import { AppError } from '../../src/errors.ts';
import { probeEngines } from '../../src/gpu/engine-monitor.ts';
import { createLineLogger } from '../../src/logging.ts';
import { describeTask } from '../../src/status/describe-task.ts';
import { listWaitingTasks, wakeTasks } from '../../src/temporal/waiting-tasks.ts';
import { createTaskRig, type Generate, type Render, type TaskRig } from '../helpers/task-rig.ts';
import { film } from '../helpers/rendered-film.ts';

const made = { files: [], texts: [], seed: 7, promptId: 'p', cached: false };
const away = () => Promise.reject(new AppError('comfyui_unavailable', 'at http://127.0.0.1:8188'));
const render = vi.fn<Render>();
const generate = vi.fn<Generate>();
const probe = vi.fn<() => Promise<boolean>>();

let rig: TaskRig;
beforeAll(async () => {
  rig = await createTaskRig(
    (job, control) => render(job, control),
    (job, control) => generate(job, control),
  );
});
afterAll(() => rig.stop());
beforeEach(() => {
  render.mockReset().mockResolvedValue(film);
  generate.mockReset().mockImplementation(away);
  probe.mockReset().mockResolvedValue(true);
});

/** One look of the engine monitor at the tasks of this test. */
const look = (mine: readonly string[]) =>
  probeEngines({
    listWaiting: async (engine) => (await listWaitingTasks(rig.temporal, engine)).filter((id) => mine.includes(id)),
    probes: forServerEngines((engine) => (engine === 'comfyui' ? probe : () => Promise.resolve(false))),
    wake: (taskIds) => wakeTasks(rig.temporal, taskIds),
    intervalMs: 1000,
    logger: createLineLogger('GPUWorker', () => undefined),
  });
const waits = (taskId: string) =>
  vi.waitUntil(async () => (await rig.readStatus(taskId))?.waiting != null, { timeout: 60_000, interval: 50 });
const listed = (taskIds: readonly string[]) =>
  vi.waitUntil(
    async () => {
      const waiting = await listWaitingTasks(rig.temporal, 'comfyui');
      return taskIds.every((id) => waiting.includes(id)) ? waiting : false;
    },
    { timeout: 60_000, interval: 50 },
  );

describe('A task whose engine is away', () => {
  test('is pending again, and says what it waits for and since when', async () => {
    const taskId = await rig.submitComfyui();
    await waits(taskId);
    expect(await rig.readStatus(taskId)).toMatchObject({
      status: 'pending',
      phase: 'waiting for ComfyUI',
      attempts: 1,
      waiting: {
        for: 'comfyui',
        since: expect.any(String) as string,
        reason: expect.stringContaining('Connection refused') as string,
      },
    });
    await listed([taskId]);
    const { reason, hint, since } = (await rig.readStatus(taskId))?.waiting ?? {};
    // Temporal alone says the same; the failure was a moment before the workflow heard of it.
    const described = (await describeTask(rig.temporal, taskId))?.record;
    expect(described).toMatchObject({
      status: 'pending',
      phase: 'waiting for ComfyUI',
      waiting: { for: 'comfyui', reason, hint },
    });
    expect(Date.parse(described?.waiting?.since ?? '')).toBeLessThanOrEqual(Date.parse(since ?? ''));
    expect((await rig.handle(taskId).describe()).searchAttributes).toMatchObject({
      TaskStatus: ['pending'],
      WaitingFor: ['comfyui'],
    });
    await rig.handle(taskId).terminate();
  });

  test('gives the slot back: a task of another engine runs meanwhile', async () => {
    const taskId = await rig.submitComfyui();
    await waits(taskId);
    await rig.handle(await rig.submit()).result();
    expect(render).toHaveBeenCalledOnce();
    await rig.handle(taskId).terminate();
  });

  test('is left waiting while the engine stays away, and completes when it is back', async () => {
    const taskId = await rig.submitComfyui();
    await listed([taskId]);
    probe.mockResolvedValue(false);
    await look([taskId]);
    expect(generate).toHaveBeenCalledOnce();
    probe.mockResolvedValue(true);
    generate.mockResolvedValue(made);
    await look([taskId]);
    await rig.handle(taskId).result();
    expect(await rig.readStatus(taskId)).toMatchObject({
      status: 'completed',
      waiting: null,
      attempts: 2,
      result: { prompt_id: 'p', seed: 7 },
    });
  });

  test('can be cancelled while it waits', async () => {
    const taskId = await rig.submitComfyui();
    await waits(taskId);
    await rig.handle(taskId).cancel();
    await rig
      .handle(taskId)
      .result()
      .catch(() => undefined);
    expect(await rig.readStatus(taskId)).toMatchObject({
      status: 'failed',
      waiting: null,
      result: { error: { code: 'cancelled' } },
    });
  });
});

test('A long outage does not wear a task out: its history begins anew before it grows too long', async () => {
  const note = { class_type: 'Note', inputs: { text: 'x'.repeat(900_000) } };
  const input = { template: null, graph: { '1': note }, uploads: [], seed: 7, models: [], ignored: [] };
  const taskId = await rig.submitComfyui({ input, priority: 80 });
  const first = (await rig.handle(taskId).describe()).runId;
  for (let tries = 1; tries <= 8; tries += 1) {
    await vi.waitUntil(() => generate.mock.calls.length >= tries, { timeout: 60_000 });
    await vi.waitUntil(async () => (await rig.readStatus(taskId))?.waiting != null, { timeout: 60_000 });
    await listed([taskId]);
    await look([taskId]);
  }
  await listed([taskId]);
  const later = await rig.handle(taskId).describe();
  expect(later.runId).not.toBe(first);
  expect(later.historySize).toBeLessThan(6_000_000);
  expect(later.priority?.priorityKey).toBe(21);
  // The server does not carry a static summary over; the details that change carry it instead.
  expect(later.memo).toMatchObject({ taskType: 'comfyui', priority: 80 });
  expect(await rig.readStatus(taskId)).toMatchObject({ status: 'pending', priority: 80, waiting: { for: 'comfyui' } });
  generate.mockResolvedValue(made);
  await look([taskId]);
  await rig.handle(taskId).result();
  expect(await rig.readStatus(taskId)).toMatchObject({ status: 'completed', attempts: 9 });
});

test('An engine that nobody waits for is not probed', async () => {
  await look([]);
  expect(probe).not.toHaveBeenCalled();
});

test('Tasks that waited through an outage took the slot once each meanwhile, and then run by priority', async () => {
  const priorities = Array.from({ length: 80 }, (_, index) => [20, 50, 80][index % 3] ?? 50);
  const taskIds: string[] = [];
  for (const priority of priorities) taskIds.push(await rig.submitComfyui({ priority }));
  await listed(taskIds);
  expect(generate).toHaveBeenCalledTimes(taskIds.length);

  const order: string[] = [];
  generate.mockReset().mockImplementation(async ({ taskId }) => {
    // The first ones wait for the rest to be queued: which is woken first is not the point, which runs first is.
    if (order.length === 0)
      await vi.waitUntil(
        async () => !(await listWaitingTasks(rig.temporal, 'comfyui')).some((id) => taskIds.includes(id)),
        { timeout: 60_000, interval: 200 },
      );
    order.push(taskId);
    return { ...made, promptId: taskId };
  });
  await look(taskIds);
  await Promise.all(taskIds.map((taskId) => rig.handle(taskId).result()));
  const ran = order.slice(1).map((taskId) => priorities[taskIds.indexOf(taskId)] ?? 0);
  expect(ran).toEqual(ran.toSorted((a, b) => b - a));
  expect(order).toHaveLength(taskIds.length);
});
