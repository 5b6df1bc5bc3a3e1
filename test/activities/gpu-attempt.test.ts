import { mkdir, mkdtemp, rm, stat, writeFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ActivityCancellationDetails, type ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AttemptDeps, type AttemptWork, runGpuAttempt } from '../../activities/gpu-attempt.ts';
import { hashInput, type Manifest, readManifest, writeManifest } from '../../src/assets/manifest.ts';
import type { AttemptOutcome } from '../../src/contracts/activities.ts';
import type { TaskInput, TaskResult } from '../../src/contracts/task.ts';
import { AppError } from '../../src/errors.ts';
import { createLineLogger } from '../../src/logging.ts';

const timeline = {
  width: 64,
  height: 64,
  fps: 30,
  durationInFrames: 30,
  backgroundColor: '#000',
  clips: [],
  subtitles: [],
  audioSrc: null,
  bgmSrc: null,
  bgmVolume: 0.1,
};
const task: TaskInput = {
  taskType: 'remotion_render',
  priority: 50,
  summary: 'a film',
  acceptedAt: '2026-01-04T09:32:56.000Z',
  gpuQueue: 'gpu',
  runSeconds: 60,
  input: { timeline, outputPath: 'output/a.mp4' },
};
const result = { output_path: 'output/a.mp4', size_bytes: 4, files: [], warnings: [] } as unknown as TaskResult;
const logged: string[] = [];
const work = vi.fn<(attempt: AttemptWork) => Promise<TaskResult>>();
const signal = vi.fn(() => Promise.resolve());
const write = vi.fn(() => Promise.resolve(true));

let assetRoot: string;
let deps: AttemptDeps;
const folder = () => path.join(assetRoot, 'work', 'task-1');
const manifest = () => readManifest(folder(), hashInput(task.input));

beforeEach(async () => {
  assetRoot = await mkdtemp(path.join(tmpdir(), 'attempt-'));
  logged.length = 0;
  signal.mockClear();
  work.mockReset().mockResolvedValue(result);
  const describeRun = () => Promise.resolve({ startTime: new Date(1000) });
  deps = {
    assetRoot,
    gpuId: 'test:0',
    logger: createLineLogger('GPUWorker', (line) => logged.push(line)),
    now: () => new Date('2026-01-04T09:32:57Z'),
    temporal: {
      client: { workflow: { getHandle: () => ({ describe: describeRun, signal }) } },
    } as unknown as AttemptDeps['temporal'],
    status: {
      write,
      read: vi.fn(),
      versions: vi.fn(),
      reposition: vi.fn(),
      readRun: vi.fn(),
      remove: vi.fn(),
      deletedRun: vi.fn(),
    },
  };
});
afterEach(() => rm(assetRoot, { recursive: true }));

async function makeOutput(): Promise<void> {
  await mkdir(path.join(assetRoot, 'output'));
  await writeFile(path.join(assetRoot, 'output', 'a.mp4'), 'film');
}

const environment = () =>
  new MockActivityEnvironment({ workflowExecution: { workflowId: 'task-1', runId: 'run-1' }, attempt: 1 });
const attempt = async (env = environment()): Promise<TaskResult> =>
  (await env.run<[], AttemptOutcome, () => Promise<AttemptOutcome>>(() => runGpuAttempt(deps, task, work))).result;
const failureOf = (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('An attempt', () => {
  test('leaves a note on disk before its work begins', async () => {
    let noted: Manifest | undefined;
    work.mockImplementation(async () => {
      noted = await manifest();
      return result;
    });
    await attempt();
    expect(noted?.attempts).toEqual([{ number: 1, run: 'run-1', startedAt: '2026-01-04T09:32:57.000Z' }]);
  });

  test('after one whose answer was lost returns the finished result again and does no work', async () => {
    await makeOutput();
    await attempt();
    work.mockClear();
    expect(await attempt()).toEqual(result);
    expect(work).not.toHaveBeenCalled();
  });

  test('that finds the file of a finished result gone makes it again', async () => {
    await attempt();
    expect(await attempt()).toEqual(result);
    expect(work).toHaveBeenCalledTimes(2);
  });

  test('that gets further each time is not given up', async () => {
    work.mockImplementation(({ keep, id }) => {
      keep(id.attempt / 10);
      return Promise.reject(new AppError('cosyvoice_lost', 'crash'));
    });
    for (let n = 1; n <= 6; n += 1) expect(await failureOf(attempt())).toMatchObject({ nonRetryable: false });
  });

  test('that ends at once reports its start in its result; one that fails reports it before the failure', async () => {
    const started = { attempt: 1, startedAt: '2026-01-04T09:32:57.000Z', gpuId: 'test:0' };
    const outcome = await environment().run(() => runGpuAttempt(deps, task, work));
    expect(outcome).toEqual({ result, started });
    expect(signal).not.toHaveBeenCalled();
    await vi.waitUntil(async () => (await manifest()).attempts[0]?.end === 'completed', { timeout: 5000 });
    await rm(folder(), { recursive: true });
    work.mockRejectedValue(new AppError('render_failed', 'crash'));
    await failureOf(attempt());
    expect(signal).toHaveBeenCalledExactlyOnceWith('attemptStarted', started);
  });

  test('of another input under the same id does not take the old result', async () => {
    await attempt();
    const other = { ...task, input: { ...task.input, outputPath: 'output/b.mp4' } };
    await environment().run(() => runGpuAttempt(deps, other, work));
    expect(work).toHaveBeenCalledTimes(2);
  });

  test('sends the reported progress as heartbeats', async () => {
    const env = environment();
    const beats: unknown[] = [];
    env.on('heartbeat', (beat: unknown) => beats.push(beat));
    work.mockImplementation(async ({ reporter }) => {
      reporter.progress(0.5, 'rendering');
      await vi.waitUntil(() => beats.length > 0, { timeout: 5000 });
      return result;
    });
    await attempt(env);
    expect(beats[0]).toEqual({ progress: 0.5, phase: 'rendering', etaSeconds: null });
  });

  test('that is cancelled ends as cancelled, whatever its work threw, and does not count as a failure', async () => {
    const env = environment();
    work.mockImplementation(({ signals }) => {
      env.cancel();
      return Promise.reject(new Error(`aborted: ${signals.cancel.aborted}`));
    });
    expect(await failureOf(attempt(env))).toBeInstanceOf(CancelledFailure);
    expect((await manifest()).attempts[0]?.end).toBe('released');
  });

  test('whose worker must stop is handed back before its engine stops, and does not count as a failure', async () => {
    const env = environment();
    const ends: unknown[] = [];
    work.mockImplementation(async () => {
      env.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
      await vi.waitUntil(async () => (await manifest()).attempts[0]?.end === 'released', { timeout: 5000 });
      ends.push((await manifest()).attempts[0]?.cause);
      return result;
    });
    await attempt(env);
    expect(ends).toEqual(['its worker was asked to stop']);
    await vi.waitUntil(async () => (await manifest()).attempts[0]?.end === 'completed', { timeout: 5000 });
  });
});

describe('An error', () => {
  test('that is permanent is not tried again', async () => {
    work.mockRejectedValue(new AppError('render_rejected', 'no video'));
    expect(await failureOf(attempt())).toMatchObject({ type: 'render_rejected', nonRetryable: true });
  });

  test('that is transient is tried again until the third time', async () => {
    work.mockRejectedValue(new AppError('render_failed', 'crash'));
    const failures = [await failureOf(attempt()), await failureOf(attempt()), await failureOf(attempt())];
    expect(failures.map((failure) => (failure as ApplicationFailure).nonRetryable)).toEqual([false, false, true]);
    expect((failures[2] as ApplicationFailure).message).toContain('given up after 3 attempts without progress');
  });

  test('that is unknown becomes an internal error with its cause', async () => {
    work.mockRejectedValue(new TypeError('x is not a function'));
    expect(await failureOf(attempt())).toMatchObject({
      type: 'internal_error',
      message: expect.stringContaining('x is not a function') as string,
    });
  });

  test('in a run after an operator’s reset counts from nothing', async () => {
    await writeManifest(folder(), {
      input: hashInput(task.input),
      attempts: [1, 2, 3].map((n) => ({ number: n, run: 'run-0', startedAt: `${n}`, end: 'failed' as const })),
    });
    expect(await attempt()).toEqual(result);
  });
});

test('A task whose worker died three times is given up before it kills a fourth', async () => {
  const dead = [1, 2, 3].map((n) => ({ number: n, run: 'run-1', startedAt: `${n}` }));
  await writeManifest(folder(), { input: hashInput(task.input), attempts: dead });
  expect(await failureOf(attempt())).toMatchObject({ type: 'worker_died', nonRetryable: true });
  expect(work).not.toHaveBeenCalled();
});

test('An attempt is tried again while the disk of the asset folder is away, and nothing is made there', async () => {
  deps = { ...deps, assetRoot: path.join(assetRoot, 'not', 'mounted') };
  expect(await failureOf(attempt())).toMatchObject({ type: 'asset_folder_unavailable', nonRetryable: false });
  await expect(stat(deps.assetRoot)).rejects.toThrow('ENOENT');
});

describe('An attempt waits for an engine that is away, but gives up on one that answers and refuses work', () => {
  /** What attempts come to, one after the other. */
  const attempts = async (count: number, minutes: number) => {
    let now = Date.parse('2026-01-04T09:32:57Z');
    deps = { ...deps, now: () => new Date(now) };
    const failures: ApplicationFailure[] = [];
    for (let n = 0; n < count; n += 1) {
      failures.push((await failureOf(attempt())) as ApplicationFailure);
      now += minutes * 60_000;
    }
    return failures.map(({ type }) => type);
  };

  test.each([
    ['cosyvoice_unavailable', 'cosyvoice_refused'],
    ['cosyvoice_denied', 'cosyvoice_refused'],
    ['comfyui_unavailable', 'comfyui_failed'],
    ['comfyui_denied', 'comfyui_failed'],
    ['comfyui_frozen', 'comfyui_failed'],
  ] as const)('%s becomes %s', async (code, end) => {
    deps = { ...deps, engineIsUp: () => Promise.resolve(true) };
    work.mockRejectedValue(new AppError(code, 'HTTP 503'));
    const codes = await attempts(12, 2);
    expect(codes).toEqual([...Array.from({ length: 11 }, () => code), end]);
    const last = (await failureOf(attempt())) as ApplicationFailure;
    expect(last).toMatchObject({ nonRetryable: true, message: expect.stringContaining('HTTP 503') as string });
    expect(last.message).toContain('the engine answers, but refused all 13 attempts in 24 minutes');
  });

  test('An engine that is really away is waited for without end', async () => {
    deps = { ...deps, engineIsUp: () => Promise.resolve(false) };
    work.mockRejectedValue(new AppError('cosyvoice_unavailable', 'ECONNREFUSED'));
    expect(new Set(await attempts(30, 10))).toEqual(new Set(['cosyvoice_unavailable']));
  });

  test('A task is not given up while its engine starts and refuses work for some minutes', async () => {
    deps = { ...deps, engineIsUp: () => Promise.resolve(true) };
    work.mockRejectedValue(new AppError('cosyvoice_unavailable', 'HTTP 503'));
    expect(new Set(await attempts(60, 0.1))).toEqual(new Set(['cosyvoice_unavailable']));
  });

  test('An attempt that gets further than all earlier ones restarts the count', async () => {
    deps = { ...deps, engineIsUp: () => Promise.resolve(true) };
    work.mockImplementation(({ keep, id }) => {
      keep(Math.floor(id.attempt / 8) / 10);
      return Promise.reject(new AppError('cosyvoice_unavailable', 'HTTP 503'));
    });
    expect(new Set(await attempts(30, 5))).toEqual(new Set(['cosyvoice_unavailable']));
  });
});

test('A disk that goes away during the work is named in the error, and nothing is made in its place', async () => {
  const away = `${assetRoot}.away`;
  work.mockImplementation(async ({ keep }) => {
    await rename(assetRoot, away);
    keep(0.5);
    throw new AppError('asset_missing', 'images/a.png');
  });
  try {
    expect(await failureOf(attempt())).toMatchObject({ type: 'asset_folder_unavailable', nonRetryable: false });
    await expect(stat(assetRoot)).rejects.toThrow('ENOENT');
    expect(await failureOf(attempt())).toMatchObject({ type: 'asset_folder_unavailable', nonRetryable: false });
    await expect(stat(assetRoot)).rejects.toThrow('ENOENT');
  } finally {
    await rename(away, assetRoot);
  }
  work.mockResolvedValue(result);
  expect(await attempt()).toEqual(result);
});
