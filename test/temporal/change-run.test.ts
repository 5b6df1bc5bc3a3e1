import type { WorkflowExecutionDescription } from '@temporalio/client';
import { expect, test } from 'vitest';
import { refuseOver } from '../../src/temporal/change-run.ts';

const refuse = (name: string) => () => refuseOver({ status: { name } } as WorkflowExecutionDescription);

test.each([
  ['COMPLETED', 'The task is over: it completed'],
  ['FAILED', 'The task is over: it failed'],
  ['TIMED_OUT', 'The task is over: it failed'],
  ['CANCELLED', 'The task is over: it was cancelled'],
  ['TERMINATED', 'The task is over: it was terminated'],
])('Of a task that is over it is told how it ended: %s', (name, message) => {
  expect(refuse(name)).toThrow(expect.objectContaining({ code: 'task_over', message }) as Error);
});

test('A task that runs is not over', () => {
  expect(refuse('RUNNING')).not.toThrow();
});
