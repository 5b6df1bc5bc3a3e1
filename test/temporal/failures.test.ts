import { TerminatedFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { errorBodyOf } from '../../src/temporal/failures.ts';

test.each([
  ['Workflow history size exceeds limit.', 'history_too_large'],
  ['Workflow history count exceeds limit.', 'history_too_large'],
  ['Workflow mutable state size exceeds limit.', 'history_too_large'],
  ['Workflow execution terminated', 'terminated'],
  ['the history was odd', 'terminated'],
])('Who ended a task shows in its error: %s', (reason, code) => {
  expect(errorBodyOf(new Error('failed', { cause: new TerminatedFailure(reason) }))).toMatchObject({ code });
});
