import { DefaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { errorBodyOf, toApplicationFailure } from '../../src/temporal/failures.ts';
import { shortenErrors } from '../../src/workers/shorten-errors.ts';

const BLANKS = ' '.repeat(60_000);

test('Long messages are cut in an error, in its causes and in their stacks, whose frames stay.', () => {
  const inner = new RangeError(`inner ${'x'.repeat(50_000)}`);
  const outer = new Error(`outer ${BLANKS}`, { cause: inner });
  shortenErrors(outer);
  expect(outer.message).toBe('outer …');
  expect(outer.stack).toMatch(/^Error: outer …\n {4}at .*shorten-errors\.test/);
  expect(inner.message.length).toBeLessThan(2001);
  expect(inner.stack).toMatch(/^RangeError: inner x+…\n {4}at .*shorten-errors\.test/);
});

test('Errors that cause each other, and what is no error, do no harm.', () => {
  const a = new Error('a'.repeat(9000));
  a.cause = a;
  shortenErrors(a);
  expect(a.message.length).toBeLessThan(2001);
  for (const thrown of [undefined, null, 'text', { message: BLANKS }])
    expect(() => shortenErrors(thrown)).not.toThrow();
});

test('The SDK converts an error of tens of thousands of blanks at once, whatever class it has.', () => {
  const converter = new DefaultFailureConverter();
  const errors = [
    new Error(BLANKS),
    toApplicationFailure(new AppError('step_failed', BLANKS, { cause: new TypeError(`${BLANKS}\n`) }), true, BLANKS),
  ];
  for (const error of errors) {
    shortenErrors(error);
    const failure = converter.errorToFailure(error, defaultPayloadConverter);
    expect(JSON.stringify(failure).length).toBeLessThan(30_000);
  }
});

test('A failure of an earlier version, of any length, is told in short.', () => {
  const failure = toApplicationFailure(new AppError('step_failed'), true);
  const old = { code: 'step_failed', message: `a${BLANKS}`, hint: '', retryable: false };
  Object.assign(failure, { details: [old] });
  expect(errorBodyOf(failure).message).toBe('a …');
});
