import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { TaskInput } from '../../src/contracts/task.ts';
import type { Temporal } from '../../src/temporal/connection.ts';
import { AppError } from '../../src/errors.ts';
import { startTask } from '../../src/tasks/start-task.ts';

const start = vi.fn<() => Promise<void>>();
const temporal = {
  client: { workflow: { start } },
  connection: { withDeadline: (_deadline: number, call: () => Promise<void>) => call() },
} as unknown as Temporal;
const options = { priorityLevels: 101, deadlineMs: 1000, backoffMs: [0, 0], taskQueue: 'middleware' };
const task: TaskInput = {
  taskType: 'remotion_render',
  priority: 50,
  summary: 'a film',
  acceptedAt: '2026-01-04T09:32:56.000Z',
  gpuQueue: 'gpu',
  runSeconds: 60,
  input: {
    outputPath: 'output/a.mp4',
    timeline: {
      width: 320,
      height: 568,
      fps: 30,
      durationInFrames: 30,
      backgroundColor: '#000',
      clips: [],
      subtitles: [],
      audioSrc: null,
      bgmSrc: null,
      bgmVolume: 0.1,
    },
  },
};

/** What grpc-js throws. */
const grpcError = (code: number, details: string) =>
  Object.assign(new Error(`${code} ${details}`), { code, details, metadata: {} });
const refused = grpcError(14, 'No connection established. Last error: connect ECONNREFUSED 127.0.0.1:7233');
const busy = grpcError(8, 'namespace rate limit exceeded');
const lost = grpcError(4, 'Deadline exceeded');

beforeEach(() => void start.mockReset());

describe('Starting a task', () => {
  test('takes one call when the server answers', async () => {
    start.mockResolvedValue();
    await startTask(temporal, 'id', task, options);
    expect(start).toHaveBeenCalledExactlyOnceWith(
      'remotion_render',
      expect.objectContaining({ workflowId: 'id', taskQueue: 'middleware', priority: { priorityKey: 51 } }),
    );
  });

  test('is refused at once when the connection is refused: nothing was accepted', async () => {
    start.mockRejectedValue(refused);
    await expect(startTask(temporal, 'id', task, options)).rejects.toMatchObject({ code: 'temporal_unavailable' });
    expect(start).toHaveBeenCalledOnce();
  });

  test('is refused at once if the server accepts no more, and nothing was accepted', async () => {
    start.mockRejectedValue(new Error('Failed to start Workflow', { cause: busy }));
    await expect(startTask(temporal, 'id', task, options)).rejects.toMatchObject({
      code: 'temporal_unavailable',
      message: expect.stringContaining('namespace rate limit exceeded') as string,
    });
    expect(start).toHaveBeenCalledOnce();
  });

  test('is tried again under the same id when the answer was lost, and an existing task is ours', async () => {
    start
      .mockRejectedValueOnce(lost)
      .mockRejectedValueOnce(new WorkflowExecutionAlreadyStartedError('exists', 'id', 'remotion_render'));
    await startTask(temporal, 'id', task, options);
    expect(start).toHaveBeenCalledTimes(2);
  });

  test('does not claim that nothing was accepted when an answer was lost before the connection was refused', async () => {
    start.mockRejectedValueOnce(lost).mockRejectedValue(refused);
    await expect(startTask(temporal, 'id', task, options)).rejects.toMatchObject({
      code: 'acceptance_unknown',
      extra: { task_id: 'id' },
    });
  });

  test('does not claim it either when the server then accepted no more', async () => {
    start.mockRejectedValueOnce(lost).mockRejectedValue(busy);
    await expect(startTask(temporal, 'id', task, options)).rejects.toMatchObject({ code: 'acceptance_unknown' });
  });

  test('does not claim it either when the next try failed in any other way', async () => {
    start.mockRejectedValueOnce(lost).mockRejectedValue(new AppError('busy'));
    await expect(startTask(temporal, 'id', task, options)).rejects.toMatchObject({ code: 'acceptance_unknown' });
    start.mockReset().mockRejectedValueOnce(new AppError('busy'));
    await expect(startTask(temporal, 'id', task, options)).rejects.toMatchObject({ code: 'busy' });
  });

  test('of a task that is too large for a workflow is refused before any call', async () => {
    const text = 'x'.repeat(1_900_000);
    const timeline = { ...task.input.timeline, subtitles: [{ text, startFrame: 0, endFrame: 9 }] };
    const large = { ...task, input: { ...task.input, timeline } };
    await expect(startTask(temporal, 'id', large, options)).rejects.toMatchObject({ code: 'body_too_large' });
    expect(start).not.toHaveBeenCalled();
  });
});
