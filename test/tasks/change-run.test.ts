import { WorkflowNotFoundError, type WorkflowExecutionDescription } from '@temporalio/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { changeRun, requireRunning } from '../../src/tasks/change-run.ts';
import type { Temporal } from '../../src/temporal/connection.ts';

const refuse = (name: string) => () => requireRunning({ status: { name } } as WorkflowExecutionDescription);

test.each([
  ['COMPLETED', 'The task has already ended: it completed'],
  ['FAILED', 'The task has already ended: it failed'],
  ['TIMED_OUT', 'The task has already ended: it failed'],
  ['CANCELLED', 'The task has already ended: it was cancelled'],
  ['TERMINATED', 'The task has already ended: it was terminated'],
])('The answer for an ended task says how it ended: %s', (name, message) => {
  expect(refuse(name)).toThrow(expect.objectContaining({ code: 'task_over', message }) as Error);
});

test('A task that runs is not over', () => {
  expect(refuse('RUNNING')).not.toThrow();
});

/** What grpc-js throws. */
const grpcError = (code: number, details: string) =>
  Object.assign(new Error(`${code} ${details}`), { code, details, metadata: {} });

/** A task whose run is, at each look, in the next of these states. */
function temporalWith(...states: string[]): Temporal {
  const describe = vi.fn(() => {
    const name = states.length > 1 ? states.shift() : states[0];
    return Promise.resolve({ type: 'comfyui', status: { name } });
  });
  return {
    client: { workflow: { getHandle: () => ({ describe }) } },
    connection: { withDeadline: (_deadline: number, call: () => Promise<unknown>) => call() },
  } as unknown as Temporal;
}

test('A busy run is changed as soon as it is no longer busy', async () => {
  const change = vi
    .fn<() => Promise<string>>()
    .mockRejectedValueOnce(grpcError(8, 'Workflow is busy.'))
    .mockRejectedValueOnce(new Error('Failed', { cause: grpcError(8, 'Workflow is busy.') }))
    .mockResolvedValue('changed');
  expect(await changeRun(temporalWith('RUNNING'), 'id', change)).toBe('changed');
});

test.each([
  ['the client', new WorkflowNotFoundError('workflow execution already completed', 'id', undefined)],
  ['a raw call', grpcError(5, 'workflow execution already completed')],
])('If a run ends before the change, the answer says how it ended: %s', async (_, error) => {
  const changed = changeRun(temporalWith('RUNNING', 'COMPLETED'), 'id', async (run) => {
    requireRunning(run);
    throw error;
  });
  await expect(changed).rejects.toMatchObject({
    code: 'task_over',
    message: 'The task has already ended: it completed',
  });
});

test.each([
  [1, 'Call cancelled'],
  [4, 'Deadline exceeded'],
  [14, 'No connection established'],
])('A server that does not answer is reported as such: gRPC code %i', async (code, details) => {
  const changed = changeRun(temporalWith('RUNNING'), 'id', () => Promise.reject(grpcError(code, details)));
  await expect(changed).rejects.toMatchObject({ code: 'operation_unavailable' });
});

test.each(['a look', 'a change'])('A server that never answers %s is given up after five seconds', async (silent) => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const never = () => new Promise<never>(() => undefined);
  const described = { type: 'comfyui', status: { name: 'RUNNING' } };
  const temporal = {
    client: { workflow: { getHandle: () => ({ describe: silent === 'a look' ? never : async () => described }) } },
    connection: {
      withDeadline: (deadline: number, call: () => Promise<unknown>) =>
        Promise.race([
          call(),
          new Promise((_, reject) =>
            setTimeout(() => reject(grpcError(4, 'Deadline exceeded')), deadline - Date.now()),
          ),
        ]),
    },
  } as unknown as Temporal;
  const refused = changeRun(temporal, 'id', never).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(5000);
  expect(await refused).toMatchObject({ code: 'operation_unavailable' });
});
