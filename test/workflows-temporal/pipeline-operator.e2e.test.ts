import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGate } from '../helpers/pipeline-gate.ts';
import { codeOf, reset, until } from '../helpers/pipeline-operator.ts';
import { createPipelineRig, itemsOf, type PipelineRig } from '../helpers/pipeline-rig.ts';
import { ALL_WORK, SCRIPT, short } from '../helpers/short-pipeline.ts';

const { gate, breaks, holds } = createGate();
let rig: PipelineRig;
beforeAll(async () => {
  rig = await createPipelineRig((work) => gate(work));
});
afterAll(() => rig.stop());
afterEach(() => rig.clear());
beforeEach(() => {
  gate.mockReset().mockResolvedValue();
  rig.done.length = 0;
});

describe('While a pipeline runs', () => {
  test('its status tells what has come out so far, and how far the rest is', async () => {
    const hold = holds('1: The second one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    const status = await until(rig, id, ({ result }) => itemsOf(result, 'pictures')[1]?.status === 'processing');
    expect(status).toMatchObject({
      status: 'processing',
      phase: 'running pictures',
      progress: expect.closeTo(4 / 9, 2) as number,
    });
    expect(status.result).toMatchObject({
      output: null,
      steps: { voice: { status: 'completed', result: {} }, film: { status: 'pending' } },
    });
    expect(itemsOf(status.result, 'pictures').map(({ status: one }) => one)).toEqual([
      'completed',
      'processing',
      'pending',
    ]);
    hold.letGo();
    await rig.end(id);
  });

  test('a cancel reaches what runs and what waits, and nothing new begins', async () => {
    const hold = holds('0: The first one.');
    const id = await rig.submitPipeline(short);
    const work = await hold.begun;
    await rig.actions.cancelTask(id);
    expect(codeOf(await rig.end(id))).toBe('CancelledFailure');
    expect(work.signal.aborted).toBe(true);
    await rig.allOver(id);
    expect(rig.done).toEqual([SCRIPT]);
    expect(await until(rig, id, (one) => one.status === 'failed')).toMatchObject({
      result: { error: { code: 'cancelled' } },
    });
  });

  test('a cancel at any moment leaves nothing behind, and a retry makes the rest', async () => {
    // Moments in the life of the pipeline's own workflow, whatever the machine takes for them.
    for (const events of [1, 9, 24, 40, 62]) {
      rig.done.length = 0;
      const id = await rig.submitPipeline(short);
      await vi.waitUntil(
        async () => (await rig.handle(id).describe()).historyLength >= events || rig.done.includes('film'),
        {
          timeout: 60_000,
          interval: 5,
        },
      );
      await rig.actions.cancelTask(id).catch(() => undefined);
      await rig.end(id);
      await rig.allOver(id);
      if ((await rig.status(id)).status === 'completed') continue;
      await rig.actions.retryTask(id);
      await rig.end(id);
      expect((await rig.status(id)).status).toBe('completed');
      expect(rig.done.toSorted()).toEqual(ALL_WORK.toSorted());
    }
  });

  test('a terminate of the pipeline lets its tasks go too', async () => {
    const hold = holds('0: The first one.');
    const id = await rig.submitPipeline(short);
    const work = await hold.begun;
    await rig.handle(id).terminate('an operator');
    gate.mockReset().mockResolvedValue();
    await vi.waitUntil(() => work.signal.aborted, { timeout: 60_000 });
    // What an earlier run of the pipeline left may still be ending.
    await rig.actions.retryTask(id);
    await rig.end(id);
    expect(rig.done.toSorted()).toEqual(ALL_WORK.toSorted());
  });

  test('a terminate shows as a failure once it is compared with Temporal', async () => {
    const hold = holds('0: The first one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    await rig.handle(id).terminate('an operator');
    await rig.allOver(id);
    await vi.waitUntil(
      async () => {
        await rig.reconcile();
        return (await rig.status(id)).status === 'failed';
      },
      { timeout: 60_000, interval: 100 },
    );
    const { result } = await rig.status(id);
    expect(result.error).toMatchObject({ code: 'terminated' });
    expect(result.steps).toMatchObject({ voice: { status: 'completed' }, pictures: { status: 'failed' } });
  });

  test('its workers may go and come back', async () => {
    const hold = holds('1: The second one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    // What stands in the queue needs no control worker.
    const status = await until(rig, id, ({ result }) => itemsOf(result, 'pictures')[2]?.phase === 'queued');
    const third = rig.handle(itemsOf(status.result, 'pictures')[2]?.task_id ?? '');
    await vi.waitUntil(async () => (await third.describe()).raw.pendingActivities?.length === 1, { timeout: 60_000 });
    await rig.stopControlWorker();
    try {
      hold.letGo();
      await vi.waitUntil(() => rig.done.includes('2: The third one.'), { timeout: 60_000 });
      await rig.stopGpuWorker();
      await rig.startGpuWorker();
    } finally {
      // Without it every test that follows would wait out its limit.
      await rig.startControlWorker();
    }
    await rig.end(id);
    expect(rig.done).toEqual(ALL_WORK);
  });
});

describe('An operator', () => {
  test('who gives a running pipeline another priority gives it to its tasks too, those to come included', async () => {
    const hold = holds('0: The first one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    await until(rig, id, ({ result }) => itemsOf(result, 'pictures')[2]?.phase === 'queued');
    const priorityOf = async (step: string, index: number | null) =>
      (await rig.handle(rig.taskOf(id, step, index)).describe()).searchAttributes['Priority'];
    const found = async () =>
      (await rig.temporal.client.workflow.count(`Pipeline = "${id}" AND Priority = 70`)).count === 5;
    await vi.waitUntil(found, { timeout: 60_000 });
    expect(await rig.actions.changePriority(id, 20)).toMatchObject({ priority: 20 });
    hold.letGo();
    await rig.end(id);
    expect(await Promise.all([priorityOf('pictures', 2), priorityOf('film', null)])).toEqual([[20], [20]]);
    expect((await rig.status(id)).priority).toBe(20);
  });

  test('who resets one of its tasks has the pipeline wait for the new run', async () => {
    const hold = holds('1: The second one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    gate.mockResolvedValue();
    await reset(rig, rig.taskOf(id, 'pictures', 1));
    await rig.end(id);
    expect((await until(rig, id, (one) => one.status === 'completed')).status).toBe('completed');
    expect(rig.done).toEqual(expect.arrayContaining(['1: The second one.', 'film']));
  });

  test('who cancels one of its tasks has cancelled what the pipeline is for', async () => {
    const hold = holds('1: The second one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    await rig.actions.cancelTask(rig.taskOf(id, 'pictures', 1));
    expect(codeOf(await rig.end(id))).toBe('step_failed');
    await rig.allOver(id);
    expect(rig.done).not.toContain('film');
  });
});

describe('A reset of the pipeline in the Web UI', () => {
  test('repeats nothing that has completed', async () => {
    const mend = breaks('film');
    const id = await rig.submitPipeline(short);
    await rig.end(id);
    mend();
    rig.done.length = 0;
    await reset(rig, id);
    await rig.end(id);
    expect(rig.done).toEqual(['film']);
    const status = await until(rig, id, (one) => one.status === 'completed');
    expect(status.result.steps).toMatchObject({ pictures: { status: 'completed' }, film: { status: 'completed' } });
  });

  test('goes on with what is under way, and repeats nothing that has completed', async () => {
    const hold = holds('1: The second one.');
    const id = await rig.submitPipeline(short);
    await hold.begun;
    await reset(rig, id);
    hold.letGo();
    gate.mockResolvedValue();
    await rig.end(id);
    expect((await until(rig, id, (one) => one.status === 'completed')).status).toBe('completed');
    expect(rig.done.filter((what) => what === SCRIPT || what === '0: The first one.')).toHaveLength(2);
    expect(rig.done.at(-1)).toBe('film');
  });
});
