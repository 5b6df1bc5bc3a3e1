import { expect, test, vi } from 'vitest';
import { endLostTasks, type LostTasksDeps, type OpenRecord } from '../../src/status/lost-tasks.ts';
import type { StatusStore } from '../../src/status/status-store.ts';
import type { DescribedTask } from '../../src/status/describe-task.ts';

const now = new Date('2026-11-30T12:00:00Z');
const record = (taskId: string, seconds: number): OpenRecord => ({
  taskId,
  runStartedAt: 5,
  attempt: 2,
  lost: false,
  taskType: 'comfyui',
  webhook: null,
  createdAt: new Date(now.getTime() - seconds * 1000),
});
const known: DescribedTask = {
  version: { runStartedAt: 5, attempt: 2 },
  record: { status: 'processing', taskType: 'comfyui', priority: 1, createdAt: now.toISOString() },
};

function rig(
  options: { describe?: () => Promise<DescribedTask | null>; listRunning?: () => Promise<Set<string>> } = {},
) {
  const write = vi.fn<StatusStore['write']>().mockResolvedValue(true);
  const announceLost = vi.fn<LostTasksDeps['announceLost']>().mockResolvedValue();
  const end = () =>
    endLostTasks({
      open: async function* () {
        yield record('ghost', 120);
        yield record('young', 5);
        yield record('listed', 120);
        await Promise.resolve();
      },
      listRunning: options.listRunning ?? (() => Promise.resolve(new Set(['listed']))),
      describe: options.describe ?? (() => Promise.resolve(null)),
      store: { write },
      announceLost,
      now: () => now,
      pause: () => Promise.resolve(),
    });
  return { write, announceLost, end };
}

test('A task that Temporal does not know ends as lost, within its run; one accepted just now does not', async () => {
  const { write, announceLost, end } = rig();
  expect(await end()).toBe(1);
  expect(announceLost.mock.calls).toEqual([[record('ghost', 120)]]);
  expect(write.mock.calls).toEqual([
    [
      'ghost',
      { runStartedAt: 5, attempt: 2 },
      expect.objectContaining({ status: 'failed', result: { error: expect.objectContaining({ code: 'task_lost' }) } }),
    ],
  ]);
});

test.each([
  { listRunning: () => Promise.reject(new Error('away')) },
  { describe: () => Promise.reject(new Error('away')) },
])('While Temporal is away nothing is called lost', async (away) => {
  const { write, end } = rig(away);
  await expect(end()).rejects.toThrow('away');
  expect(write).not.toHaveBeenCalled();
});

test("A task that is only missing in Temporal's list is not lost", async () => {
  const { write, end } = rig({ describe: () => Promise.resolve(known) });
  expect(await end()).toBe(0);
  expect(write).toHaveBeenCalledExactlyOnceWith('ghost', known.version, known.record);
});

test('A task that is missing once and found some seconds later is not lost', async () => {
  const describe = vi.fn<() => Promise<DescribedTask | null>>().mockResolvedValueOnce(null).mockResolvedValue(known);
  const { write, end } = rig({ describe });
  expect(await end()).toBe(0);
  expect(write).toHaveBeenCalledExactlyOnceWith('ghost', known.version, known.record);
});

test('A lost task that runs again gets its status back', async () => {
  const write = vi.fn<StatusStore['write']>().mockResolvedValue(true);
  const announceLost = vi.fn<LostTasksDeps['announceLost']>().mockResolvedValue();
  const lost = await endLostTasks({
    open: async function* () {
      yield { ...record('back', 120), lost: true };
      yield { ...record('gone', 120), lost: true };
      await Promise.resolve();
    },
    listRunning: () => Promise.resolve(new Set(['back'])),
    describe: () => Promise.resolve(known),
    store: { write },
    announceLost,
    now: () => now,
    pause: () => Promise.resolve(),
  });
  expect(lost).toBe(0);
  expect(write).toHaveBeenCalledExactlyOnceWith('back', known.version, known.record);
  // An earlier pass may have ended before it could tell anybody.
  expect(announceLost.mock.calls.map(([{ taskId }]) => taskId)).toEqual(['gone']);
});
