import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { listWaitingTasks, wakeTasks } from '../../src/temporal/waiting-tasks.ts';
import { away, createActionsRig, refused, type ActionsRig } from '../helpers/actions-rig.ts';
import { film } from '../helpers/rendered-film.ts';

let rig: ActionsRig;
beforeAll(async () => {
  rig = await createActionsRig();
});
afterAll(() => rig.stop());
afterEach(() => rig.beginAnew());

describe('In the Web UI', () => {
  test('a reset to the first workflow task runs a failed task again with the priority it was given', async () => {
    const slot = await rig.occupySlot();
    const taskId = await rig.submit();
    await rig.actions.changePriority(taskId, 75);
    rig.render.mockRejectedValueOnce(refused()).mockResolvedValue(film);
    slot.release();
    await rig.ended(taskId);
    const other = await rig.occupySlot();
    await rig.reset(taskId, 'first');
    await rig.projected(taskId, 'pending');
    expect(await rig.statusOf(taskId)).toMatchObject({ result: null, finished_at: null });
    await rig.until(async () => (await rig.statusOf(taskId))?.priority === 75);
    // The old run's signals came along: that it had begun is not true of the new one.
    await rig.until(async () => (await rig.attributesOf(taskId))['Priority']?.[0] === 75);
    expect(await rig.attributesOf(taskId)).toMatchObject({ TaskStatus: ['pending'] });
    expect((await rig.handle(taskId).describe()).priority?.priorityKey).toBe(26);
    other.release();
    await rig.ended(taskId);
    expect(await rig.statusOf(taskId)).toMatchObject({ status: 'completed', priority: 75 });
  });

  test('a reset to the workflow task that scheduled the last activity runs it again', async () => {
    rig.generate.mockImplementationOnce(away).mockRejectedValueOnce(new AppError('comfyui_refused', 'node 3'));
    const taskId = await rig.submitComfyui();
    await rig.until(async () => (await listWaitingTasks(rig.temporal, 'comfyui')).includes(taskId));
    await wakeTasks(rig.temporal, [taskId]);
    await rig.ended(taskId);
    const { events } = await rig.handle(taskId).fetchHistory();
    const scheduled = events?.findLast((event) => event.activityTaskScheduledEventAttributes);
    await rig.temporal.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: taskId },
      workflowTaskFinishEventId: scheduled?.activityTaskScheduledEventAttributes?.workflowTaskCompletedEventId ?? null,
      requestId: randomUUID(),
      reason: 'test',
    });
    await rig.ended(taskId);
    expect(await rig.statusOf(taskId)).toMatchObject({ status: 'completed', waiting: null });
    expect(rig.generate).toHaveBeenCalledTimes(3);
  });

  test('the record of an end belongs to the run that the server names, even after a reset', async () => {
    const recordedRun = async (taskId: string) => (await rig.store.versions([taskId]))[0]?.runStartedAt;
    const startOfRun = async (taskId: string) => (await rig.handle(taskId).describe()).startTime.getTime();
    rig.render.mockRejectedValue(refused());
    const taskId = await rig.submit();
    await rig.ended(taskId);
    const first = await startOfRun(taskId);
    expect(await recordedRun(taskId)).toBe(first);
    await rig.reset(taskId, 'last');
    await rig.ended(taskId);
    expect(await recordedRun(taskId)).toBe(await startOfRun(taskId));
    expect(await recordedRun(taskId)).toBeGreaterThan(first);
  });

  test('a reset to the last workflow task only fails again', async () => {
    rig.render.mockRejectedValueOnce(refused());
    const taskId = await rig.submit();
    await rig.ended(taskId);
    await rig.reset(taskId, 'last');
    await rig.ended(taskId);
    await rig.projected(taskId, 'failed');
    expect(rig.render).toHaveBeenCalledOnce();
  });

  test('a reset of a task that runs begins it anew, and its engine is freed first', async () => {
    const started = rig.holdRender();
    const taskId = await rig.submit();
    const control = await started;
    rig.render
      .mockReset()
      .mockImplementation(() =>
        control.signal.aborted ? Promise.resolve(film) : Promise.reject(new Error('two renders at once')),
      );
    await rig.reset(taskId, 'first');
    await rig.ended(taskId);
    expect(await rig.statusOf(taskId)).toMatchObject({ status: 'completed' });
  });

  test('terminate frees the engine and leaves the finished parts for a retry', async () => {
    const started = rig.holdRender();
    const taskId = await rig.submit();
    const control = await started;
    await rig.handle(taskId).terminate('enough');
    await vi.waitUntil(() => control.signal.aborted, { timeout: 60_000 });
    await rig.projected(taskId, 'failed');
    expect(await rig.statusOf(taskId)).toMatchObject({ result: { error: { code: 'terminated' } } });
    await vi.waitUntil(
      async () =>
        (await readFile(path.join(rig.assetRoot, 'work', taskId, 'manifest.json'), 'utf8')).includes('released'),
      { timeout: 60_000 },
    );
  });
});
