import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { describeTask } from '../../src/status/describe-task.ts';
import { createTaskRig, type Render, type TaskRig } from '../helpers/task-rig.ts';
import { film } from '../helpers/rendered-film.ts';

const render = vi.fn<Render>();
let rig: TaskRig;
beforeAll(async () => {
  rig = await createTaskRig((job, control) => render(job, control));
});
afterAll(() => rig.stop());
beforeEach(() => {
  render.mockReset().mockResolvedValue(film);
  rig.log.length = 0;
});

/** Resolves when the render was called and gives its control; the returned promise of the render stays open until aborted. */
function holdRender() {
  return new Promise<Parameters<Render>[1]>((started) => {
    render.mockImplementation(
      (_job, control) =>
        new Promise((_resolve, reject) => {
          started(control);
          control.signal.addEventListener('abort', () => reject(control.signal.reason as Error), { once: true });
        }),
    );
  });
}

const outcome = (taskId: string) =>
  rig
    .handle(taskId)
    .result()
    .catch((error: unknown) => error);

const manifestOf = async (taskId: string) =>
  JSON.parse(await readFile(path.join(rig.assetRoot, 'work', taskId, 'manifest.json'), 'utf8')) as {
    attempts: { end?: string }[];
    result?: object;
  };

describe('A task that succeeds', () => {
  test('goes from pending to completed with its result, in Redis as in Temporal', async () => {
    const taskId = await rig.submit();
    await rig.handle(taskId).result();
    const expected = {
      status: 'completed',
      progress: 1,
      phase: 'completed',
      result: {
        output_path: `output/${taskId}.mp4`,
        video_path: `/assets/output/${taskId}.mp4`,
        width: 320,
        height: 568,
        fps: 30,
        duration_seconds: 1,
        size_bytes: 1000,
      },
    };
    expect(await rig.readStatus(taskId)).toMatchObject({
      ...expected,
      attempts: 1,
      startedAt: expect.any(String) as string,
    });
    await rig.redis.flushall();
    expect(await rig.readStatus(taskId)).toMatchObject(expected);
  });

  test('schedules its GPU activity in the first workflow task', async () => {
    const taskId = await rig.submit();
    await rig.handle(taskId).result();
    const { events } = await rig.handle(taskId).fetchHistory();
    const scheduled = events?.find((event) => event.activityTaskScheduledEventAttributes);
    const firstCompleted = events?.find((event) => event.workflowTaskCompletedEventAttributes);
    expect(scheduled?.activityTaskScheduledEventAttributes?.workflowTaskCompletedEventId).toEqual(
      firstCompleted?.eventId,
    );
  });

  test('is readable and filterable in the Web UI', async () => {
    const taskId = await rig.submit({ priority: 70 });
    await rig.handle(taskId).result();
    const description = await rig.handle(taskId).describe();
    expect(await description.staticSummary()).toBe('a test film');
    expect(description.priority?.priorityKey).toBe(31);
    expect(description.searchAttributes).toMatchObject({
      TaskType: ['remotion_render'],
      Priority: [70],
      TaskStatus: ['completed'],
    });
  });

  test('logs the documented lines', async () => {
    const taskId = await rig.submit();
    await rig.handle(taskId).result();
    expect(rig.log).toContainEqual(
      expect.stringMatching(new RegExp(`- GPUWorker - INFO - ▶️ Processing: remotion_render \\(ID: ${taskId}\\)$`)),
    );
    expect(rig.log).toContainEqual(
      expect.stringMatching(new RegExp(`- GPUWorker - INFO - ✅ Done: remotion_render ${taskId}$`)),
    );
  });
});

describe('While a task runs', () => {
  test('its progress is seen in Redis, and without Redis in Temporal that it runs', async () => {
    const started = holdRender();
    const taskId = await rig.submit();
    const control = await started;
    control.onProgress({ renderedFrames: 15, totalFrames: 30, keptFrames: 0, etaSeconds: 1, stage: 'rendering' });
    await vi.waitUntil(async () => (await rig.readStatus(taskId))?.progress === 0.5, { timeout: 60_000 });
    expect(await rig.readStatus(taskId)).toMatchObject({ status: 'processing', phase: 'rendering', attempts: 1 });
    const truth = await describeTask(rig.temporal, taskId);
    expect(truth?.record).toMatchObject({ status: 'processing', attempts: 1 });
    await rig.handle(taskId).terminate();
    await vi.waitUntil(() => control.signal.aborted, { timeout: 60_000 });
  });

  test('a cancel reaches the render, and the task has failed as cancelled once it has stopped', async () => {
    const started = holdRender();
    const taskId = await rig.submit();
    const control = await started;
    await rig.handle(taskId).cancel();
    await outcome(taskId);
    expect(control.signal.aborted).toBe(true);
    expect((await rig.handle(taskId).describe()).status.name).toBe('CANCELLED');
    expect(await rig.readStatus(taskId)).toMatchObject({ status: 'failed', result: { error: { code: 'cancelled' } } });
  });

  test('its deadline ends it with a code of its own', async () => {
    void holdRender();
    const taskId = await rig.submit({ runSeconds: 1 });
    await outcome(taskId);
    expect(await rig.readStatus(taskId)).toMatchObject({
      status: 'failed',
      result: { error: { code: 'execution_timeout' } },
    });
  });

  test('a polite shutdown gives it back, which counts as no failure', async () => {
    const started = holdRender();
    const taskId = await rig.submit();
    await started;
    await rig.stopGpuWorker();
    render.mockReset().mockResolvedValue(film);
    await rig.startGpuWorker();
    await rig.handle(taskId).result();
    expect((await manifestOf(taskId)).attempts.map((attempt) => attempt.end)).toEqual(['released', 'completed']);
  });
});

describe('A task that fails', () => {
  test('for good is a failed workflow after one attempt, and says why', async () => {
    render.mockRejectedValue(new AppError('render_rejected', 'the clip is no video'));
    const taskId = await rig.submit();
    await outcome(taskId);
    expect(render).toHaveBeenCalledOnce();
    expect((await rig.handle(taskId).describe()).status.name).toBe('FAILED');
    const expected = {
      status: 'failed',
      result: {
        error: {
          code: 'render_rejected',
          message: expect.stringContaining('the clip is no video') as string,
          retryable: false,
        },
      },
    };
    expect(await rig.readStatus(taskId)).toMatchObject(expected);
    await rig.redis.flushall();
    expect(await rig.readStatus(taskId)).toMatchObject(expected);
    expect(rig.log.join('\n')).toMatch(
      new RegExp(`- GPUWorker - ERROR - ❌ Failed: remotion_render ${taskId}: .*the clip is no video`),
    );
  });

  test('in passing is tried again and completes', async () => {
    render.mockRejectedValueOnce(new AppError('render_failed', 'the browser crashed'));
    const taskId = await rig.submit();
    await rig.handle(taskId).result();
    expect(await rig.readStatus(taskId)).toMatchObject({ status: 'completed', attempts: 2 });
  });

  test('in passing three times is given up with its cause', async () => {
    render.mockRejectedValue(new AppError('render_failed', 'the browser crashed'));
    const taskId = await rig.submit();
    await outcome(taskId);
    expect(render).toHaveBeenCalledTimes(3);
    expect(await rig.readStatus(taskId)).toMatchObject({
      status: 'failed',
      attempts: 3,
      result: {
        error: {
          code: 'render_failed',
          message: 'Render failed: the browser crashed (given up after 3 attempts without progress)',
        },
      },
    });
  });

  test('because a file went after it was accepted names the file by its path', async () => {
    const { submit } = rig;
    const base = {
      width: 320,
      height: 568,
      fps: 30,
      durationInFrames: 30,
      backgroundColor: '#000',
      clips: [],
      subtitles: [],
      audioSrc: 'gone.wav',
      bgmSrc: null,
      bgmVolume: 0.1,
    };
    const taskId = await submit({ input: { timeline: base, outputPath: 'output/a.mp4' } });
    await outcome(taskId);
    expect(await rig.readStatus(taskId)).toMatchObject({
      result: {
        error: { code: 'asset_missing', message: expect.stringContaining('payload.timeline.audioSrc') as string },
      },
    });
    expect(render).not.toHaveBeenCalled();
  });
});

describe('What operators do', () => {
  test('a terminated task is failed as terminated after the next look', async () => {
    const started = holdRender();
    const taskId = await rig.submit();
    const control = await started;
    await rig.handle(taskId).terminate('enough');
    await vi.waitUntil(
      async () => (await rig.reconcile()) >= 0 && (await rig.readStatus(taskId))?.status === 'failed',
      {
        timeout: 60_000,
      },
    );
    expect(await rig.readStatus(taskId)).toMatchObject({ result: { error: { code: 'terminated' } } });
    await vi.waitUntil(() => control.signal.aborted, { timeout: 60_000 });
  });

  test('a failed task that was reset runs again, and its status follows', async () => {
    render.mockRejectedValueOnce(new AppError('render_rejected', 'a passing mood'));
    const taskId = await rig.submit();
    await outcome(taskId);
    expect(await rig.readStatus(taskId)).toMatchObject({ status: 'failed' });
    const { events } = await rig.handle(taskId).fetchHistory();
    const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
    await rig.temporal.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: taskId },
      workflowTaskFinishEventId: first?.eventId ?? null,
      requestId: 'reset-1',
      reason: 'test',
    });
    await rig.handle(taskId).result();
    expect(await rig.readStatus(taskId)).toMatchObject({ status: 'completed' });
  });
});

test('While Redis is away a task runs on and is answered from Temporal', async () => {
  await rig.redis.config('SET', 'maxmemory', '1');
  try {
    const taskId = await rig.submit();
    await rig.handle(taskId).result();
    await rig.redis.flushall();
    expect(await rig.readStatus(taskId)).toMatchObject({ status: 'completed' });
  } finally {
    await rig.redis.config('SET', 'maxmemory', '0');
  }
});
