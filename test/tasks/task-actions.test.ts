import { expect, test, vi } from 'vitest';
import { createTaskActions } from '../../src/tasks/task-actions.ts';
import type { StatusStore } from '../../src/status/status-store.ts';
import type { Temporal } from '../../src/temporal/connection.ts';
import { blankRecord } from '../helpers/blank-record.ts';

/** What grpc-js throws. */
const grpcError = (code: number, details: string) =>
  Object.assign(new Error(`${code} ${details}`), { code, details, metadata: {} });

/** Changes come about, and the server is too busy to tell how the task is then. */
function actionsWith(describe: () => Promise<never>, kept: typeof blankRecord | null) {
  const handle = {
    describe: () =>
      Promise.resolve({
        type: 'comfyui',
        status: { name: 'RUNNING' },
        raw: { pendingActivities: [], pendingWorkflowTask: null },
      }),
    cancel: vi.fn(() => Promise.resolve()),
    result: () => Promise.resolve(undefined),
    signal: vi.fn(() => Promise.resolve()),
  };
  const temporal = {
    client: { workflow: { getHandle: () => handle }, options: { namespace: 'default' } },
    connection: {
      withDeadline: (_deadline: number, call: () => Promise<unknown>) => call(),
      workflowService: { updateWorkflowExecutionOptions: () => Promise.resolve({}) },
    },
  } as unknown as Temporal;
  const store = {
    write: vi.fn(() => Promise.resolve(true)),
    read: () => Promise.resolve(kept),
    versions: vi.fn(),
    reposition: vi.fn(() => Promise.resolve()),
  } as unknown as StatusStore;
  return {
    handle,
    actions: createTaskActions({ temporal, store, describe, priorityLevels: 101, now: () => new Date() }),
  };
}

test.each([
  ['busy', grpcError(8, 'Workflow is busy.')],
  ['late', new Error('Failed to describe workflow', { cause: grpcError(4, 'Deadline exceeded after 1.163s') })],
  ['away', grpcError(14, 'No connection established')],
  ['stopping', grpcError(1, 'Call cancelled')],
])('A change that took effect is answered with the stored status if the server is then %s', async (_, error) => {
  const { actions, handle } = actionsWith(() => Promise.reject(error), { ...blankRecord, taskType: 'comfyui' });
  expect(await actions.cancelTask('id')).toMatchObject({ over: true, record: { taskType: 'comfyui' } });
  expect(await actions.changePriority('id', 80)).toMatchObject({ priority: 80, status: 'pending' });
  expect(handle.cancel).toHaveBeenCalledOnce();
  expect(handle.signal).toHaveBeenCalledOnce();
});

test('Without a stored status, the answer is that it is unknown now, not an internal error', async () => {
  const { actions } = actionsWith(() => Promise.reject(grpcError(4, 'Deadline exceeded')), null);
  await expect(actions.cancelTask('id')).rejects.toMatchObject({ code: 'status_unavailable' });
});

test('An internal error is not hidden', async () => {
  const { actions } = actionsWith(() => Promise.reject(new TypeError('x is no function')), blankRecord);
  await expect(actions.cancelTask('id')).rejects.toThrow('x is no function');
});
