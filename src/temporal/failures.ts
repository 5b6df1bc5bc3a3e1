import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import type { CatalogueEntry } from '../errors/catalogue-entry.ts';
import { AppError, ERRORS, isErrorCode, LONGEST_MESSAGE, messageOf, type ErrorBody } from '../errors.ts';
import { cutMessage } from '../text/cut-text.ts';
import { withoutPaths } from '../text/without-paths.ts';

/** Pure, because workflow code imports this file. */

/** The reasons that a server gives when it ends a run because of its size. */
const ENDED_FOR_SIZE = /^Workflow (history size|history count|mutable state size) exceeds limit/;

/** The error of the catalogue behind a failed workflow or activity: the first one in the chain of causes. */
export function errorBodyOf(failure: unknown): ErrorBody {
  for (let cause = failure; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof TerminatedFailure)
      return new AppError(ENDED_FOR_SIZE.test(cause.message) ? 'history_too_large' : 'terminated').body;
    if (cause instanceof CancelledFailure) return new AppError('cancelled').body;
    if (cause instanceof TimeoutFailure)
      return new AppError(cause.timeoutType === TimeoutType.SCHEDULE_TO_START ? 'queue_timeout' : 'execution_timeout')
        .body;
    if (cause instanceof ApplicationFailure) {
      const body = cause.details?.[0] as ErrorBody | undefined;
      // Messages of an earlier version may have any length, and may contain paths.
      if (isErrorCode(body?.code)) return { ...body, message: withoutPaths(cutMessage(body.message, LONGEST_MESSAGE)) };
    }
  }
  return new AppError('internal_error', messageOf(failure)).body;
}

/**
 * The second detail of a failure: the facts on which a workflow decides. A later catalogue must not change earlier
 * decisions.
 */
interface Facts {
  class?: CatalogueEntry['class'];
}

/**
 * The class that the error of a failed activity had when it was thrown; if an earlier version recorded none, the
 * present class.
 */
export function classOf(failure: unknown): CatalogueEntry['class'] {
  for (let cause = failure; cause instanceof Error; cause = cause.cause)
    if (cause instanceof ApplicationFailure && isErrorCode((cause.details?.[0] as ErrorBody | undefined)?.code)) {
      const recorded = (cause.details?.[1] as Facts | undefined)?.class;
      if (recorded !== undefined) return recorded;
      break;
    }
  return ERRORS[errorBodyOf(failure).code].class;
}

/**
 * An error of the catalogue as a failure that carries its `ErrorBody`. The server retries it unless it is
 * `nonRetryable`.
 */
export function toApplicationFailure(
  error: AppError,
  nonRetryable: boolean,
  longMessage = error.message,
): ApplicationFailure {
  const message = cutMessage(longMessage, LONGEST_MESSAGE);
  return ApplicationFailure.create({
    type: error.code,
    message,
    nonRetryable,
    details: [{ ...error.body, message }, { class: error.entry.class } satisfies Facts],
    cause: error,
  });
}
