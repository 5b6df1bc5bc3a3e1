import { beforeEach, expect, test, vi } from 'vitest';
import { createReadStatus } from '../../src/status/read-status.ts';
import type { StatusRecord } from '../../src/status/record.ts';
import type { StatusStore } from '../../src/status/status-store.ts';
import type { DescribedTask } from '../../src/status/describe-task.ts';

const record: StatusRecord = {
  taskType: 'remotion_render',
  template: null,
  client: null,
  tags: [],
  metadata: null,
  queuedAt: null,
  priority: 50,
  status: 'processing',
  result: null,
  createdAt: '2026-01-04T09:32:56.000Z',
  startedAt: null,
  finishedAt: null,
  progress: 0.3,
  phase: 'rendering',
  attempts: 1,
  waiting: null,
};
const task: DescribedTask = {
  version: { runStartedAt: 1000, attempt: 1 },
  record: { taskType: 'remotion_render', priority: 50, createdAt: record.createdAt, status: 'processing' },
};
const read = vi.fn<StatusStore['read']>();
const write = vi.fn<StatusStore['write']>();
const deletedRun = vi.fn<StatusStore['deletedRun']>();
const describe = vi.fn<(taskId: string) => Promise<DescribedTask | null>>();
const readStatus = createReadStatus({ store: { read, write, deletedRun }, describe });

beforeEach(() => {
  read.mockReset().mockResolvedValue(null);
  deletedRun.mockReset().mockResolvedValue(null);
  write.mockReset().mockResolvedValue(true);
  describe.mockReset().mockResolvedValue(task);
});

test('A status in the projection is returned without a query to Temporal', async () => {
  read.mockResolvedValue(record);
  expect(await readStatus('id')).toBe(record);
  expect(describe).not.toHaveBeenCalled();
});

test('A status that the projection lost is read from Temporal and written back', async () => {
  expect(await readStatus('id')).toMatchObject({ status: 'processing', result: null, progress: 0 });
  expect(write).toHaveBeenCalledExactlyOnceWith('id', task.version, expect.objectContaining({ status: 'processing' }));
});

test('While Redis is away, Temporal answers', async () => {
  read.mockRejectedValue(new Error('Connection refused'));
  write.mockRejectedValue(new Error('Connection refused'));
  expect(await readStatus('id')).toMatchObject({ status: 'processing' });
});

test('An id that neither knows is not a task', async () => {
  describe.mockResolvedValue(null);
  expect(await readStatus('id')).toBeNull();
  expect(write).not.toHaveBeenCalled();
});

test('While both are away, the answer does not claim that the task does not exist', async () => {
  read.mockRejectedValue(new Error('Connection refused'));
  describe.mockRejectedValue(new Error('14 UNAVAILABLE'));
  await expect(readStatus('id')).rejects.toMatchObject({ code: 'status_unavailable' });
});

test('While the projection refuses writes, Temporal answers; without it the last known status counts', async () => {
  read.mockResolvedValue({ ...record, position: 3 });
  const ask = createReadStatus({
    store: { read, write, deletedRun },
    describe,
    redisWriteRefusal: () => Promise.resolve('full'),
  });
  describe.mockResolvedValue({ ...task, record: { ...task.record, status: 'completed' } });
  expect(await ask('id')).toMatchObject({ status: 'completed' });
  describe.mockRejectedValue(new Error('away'));
  // The queue in Redis is out of date too.
  expect(await ask('id')).toEqual({ ...record, position: undefined });
});

test('A deleted task is unknown although Temporal still has it, until it is submitted again', async () => {
  describe.mockResolvedValue(task);
  deletedRun.mockResolvedValue(1000);
  expect(await readStatus('id')).toBeNull();
  deletedRun.mockResolvedValue(999);
  expect(await readStatus('id')).toMatchObject({ status: 'processing' });
});
