import { ApplicationFailure, CancelledFailure, CancellationScope } from '@temporalio/workflow';
import { AppError, type ErrorBody } from '../src/errors.ts';

/**
 * How a run failed: as an error of the catalogue, as text for the Web UI, and as the error that the workflow function
 * throws.
 */
export interface FailedRun {
  error: ErrorBody;
  /** Markdown. */
  details: string;
  /**
   * For a cancelled run a cancellation, so that the server shows it as cancelled; otherwise a failure with the
   * `ErrorBody` as its first detail.
   */
  failure: Error;
}

/**
 * @param thrown the error that ended the run.
 * @param errorOf converts that error. Not called for a cancelled run, where the error of the work does not matter.
 */
export function failedRun(thrown: unknown, errorOf: (thrown: unknown) => ErrorBody): FailedRun {
  const isCancelled = CancellationScope.current().consideredCancelled;
  const error = isCancelled ? new AppError('cancelled').body : errorOf(thrown);
  const { code, message, hint } = error;
  const cause = thrown as Error;
  return {
    error,
    details: `Failed (\`${code}\`): ${message}\n\n${hint}`,
    failure: isCancelled
      ? new CancelledFailure(message, [], cause)
      : ApplicationFailure.create({ type: code, message, nonRetryable: true, details: [error], cause }),
  };
}
