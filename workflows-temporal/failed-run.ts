import { ApplicationFailure, CancelledFailure, CancellationScope } from '@temporalio/workflow';
import { AppError, type ErrorBody } from '../src/errors.ts';

/** How a run failed: in the words of the catalogue, for the Web UI, and as what the workflow function throws. */
export interface FailedRun {
  error: ErrorBody;
  /** Markdown. */
  details: string;
  /** A cancelled run is cancelled on the server too; others carry the `ErrorBody` as their first detail. */
  failure: Error;
}

/**
 * @param thrown what ended the run.
 * @param errorOf what that means, unless the run was cancelled: then it does not matter how the work failed meanwhile.
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
