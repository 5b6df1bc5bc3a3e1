import { ActivityFailure, ApplicationFailure, RetryState, TerminatedFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { classOf, errorBodyOf, toApplicationFailure } from '../../src/temporal/failures.ts';

test.each([
  ['Workflow history size exceeds limit.', 'history_too_large'],
  ['Workflow history count exceeds limit.', 'history_too_large'],
  ['Workflow mutable state size exceeds limit.', 'history_too_large'],
  ['Workflow execution terminated', 'terminated'],
  ['the history was odd', 'terminated'],
])('Who ended a task shows in its error: %s', (reason, code) => {
  expect(errorBodyOf(new Error('failed', { cause: new TerminatedFailure(reason) }))).toMatchObject({ code });
});

const ofActivity = (cause: ApplicationFailure): ActivityFailure =>
  new ActivityFailure('failed', 'comfyui', '1', RetryState.NON_RETRYABLE_FAILURE, 'worker', cause);

test('A workflow goes by the class that an error had when it was thrown, not by a later catalogue', () => {
  const { body } = new AppError('render_failed', 'x');
  const recorded = (...details: unknown[]): ActivityFailure =>
    ofActivity(ApplicationFailure.create({ type: body.code, nonRetryable: true, details }));
  // As if `render_failed` had once been a reason to wait.
  expect(classOf(recorded(body, { class: 'unavailable' }))).toBe('unavailable');
  // Earlier versions recorded none.
  expect(classOf(recorded(body))).toBe('transient');
  expect(classOf(recorded({ code: 'no such code' }))).toBe(classOf(new Error('anything')));
});

test('The class of an error goes along with its failure', () => {
  for (const code of ['comfyui_unavailable', 'render_failed', 'render_rejected'] as const)
    expect(classOf(ofActivity(toApplicationFailure(new AppError(code), true)))).toBe(new AppError(code).entry.class);
});
