import { beforeEach, expect, test, vi } from 'vitest';
import { createLineLogger } from '../../src/logging.ts';
import { reconcile, runReconciler, type ReconcilerDeps } from '../../src/status/reconciler.ts';
import type { RunChange } from '../../src/status/list-changes.ts';

let changes: RunChange[];
const write = vi.fn<ReconcilerDeps['store']['write']>();
const versions = vi.fn<ReconcilerDeps['store']['versions']>();
const describe = vi.fn<ReconcilerDeps['describe']>();
const announceEnd = vi.fn<ReconcilerDeps['announceEnd']>();
const log: string[] = [];
const deps: ReconcilerDeps = {
  store: { write, versions },
  async *listChanges() {
    yield* changes;
  },
  describe,
  announceEnd,
  intervalMs: 1,
  readCheckpoint: () => Promise.resolve(new Date()),
  saveCheckpoint: () => Promise.resolve(),
  logger: createLineLogger('GPUWorker', (line) => log.push(line)),
  now: () => new Date(),
};
const change = (taskId: string, closed: boolean): RunChange => ({ taskId, runId: 'r', startedAt: 1000, closed });

beforeEach(() => {
  log.length = 0;
  changes = [];
  write.mockReset().mockResolvedValue(true);
  versions.mockReset();
  announceEnd.mockReset().mockResolvedValue();
  describe.mockReset().mockResolvedValue({
    version: { runStartedAt: 1000, attempt: 0 },
    record: { taskType: 'remotion_render', priority: 50, createdAt: 'then', status: 'failed' },
  });
});

test('Only what is not projected yet is described and written', async () => {
  changes = [
    change('missing', true),
    change('behind', true),
    change('done', true),
    change('running', false),
    change('older run', true),
  ];
  versions.mockResolvedValue([
    null,
    { runStartedAt: 1000, final: false },
    { runStartedAt: 1000, final: true },
    { runStartedAt: 1000, final: false },
    { runStartedAt: 2000, final: false },
  ]);
  expect(await reconcile(deps, new Date())).toBe(2);
  expect(describe.mock.calls.map(([taskId]) => taskId)).toEqual(['missing', 'behind']);
});

test('An end whose client wants to be told is announced until that succeeds', async () => {
  const end = { webhook: { url: 'https://a.example' }, event: 'task.failed' as const, terminated: true };
  changes = [{ ...change('called', true), end }, change('other', true)];
  versions.mockResolvedValue(changes.map(() => ({ runStartedAt: 1000, final: true })));
  announceEnd.mockRejectedValueOnce(new Error('away'));
  const saveCheckpoint = vi.fn<ReconcilerDeps['saveCheckpoint']>();
  const stop = new AbortController();
  saveCheckpoint.mockImplementation(() => {
    stop.abort();
    return Promise.resolve();
  });
  await runReconciler({ ...deps, saveCheckpoint }, stop.signal);
  expect(announceEnd.mock.calls).toEqual([[changes[0]], [changes[0]]]);
  expect(saveCheckpoint).toHaveBeenCalledOnce();
});

test('A new run of a task that had ended is written', async () => {
  changes = [{ taskId: 'reset', runId: 'r2', startedAt: 2000, closed: false }];
  versions.mockResolvedValue([{ runStartedAt: 1000, final: true }]);
  expect(await reconcile(deps, new Date())).toBe(1);
});

test('A failed pass is logged once and tried again until it succeeds', async () => {
  const stop = new AbortController();
  const listChanges = vi.fn<ReconcilerDeps['listChanges']>(() => {
    if (listChanges.mock.calls.length < 3) throw new Error('14 UNAVAILABLE');
    stop.abort();
    return deps.listChanges(new Date());
  });
  await runReconciler({ ...deps, listChanges }, stop.signal);
  expect(listChanges).toHaveBeenCalledTimes(3);
  expect(log.filter((line) => line.includes('cannot be compared'))).toHaveLength(1);
});

test('A projection that was lost is filled with every task that has not ended', async () => {
  const stop = new AbortController();
  const since: (Date | null)[] = [];
  changes = [change('waiting', false)];
  versions.mockResolvedValue([null]);
  await runReconciler(
    {
      ...deps,
      async *listChanges(from) {
        since.push(from);
        if (from === null) yield* changes;
        else stop.abort();
      },
      readCheckpoint: () => Promise.resolve(null),
    },
    stop.signal,
  );
  expect(since).toEqual([null, expect.any(Date)]);
  expect(write).toHaveBeenCalledOnce();
});

test('A new task is projected from visibility alone, without a describe', async () => {
  const version = { runStartedAt: 1000, attempt: 0 };
  const record = { taskType: 'comfyui', priority: 50, createdAt: 'then', status: 'pending' } as const;
  changes = [{ ...change('new', false), task: { version, record } }];
  versions.mockResolvedValue([null]);
  expect(await reconcile(deps, new Date())).toBe(1);
  expect(describe).not.toHaveBeenCalled();
  expect(write).toHaveBeenCalledExactlyOnceWith('new', version, record);
});
