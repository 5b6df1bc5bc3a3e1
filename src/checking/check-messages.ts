import type { CheckedPipeline, CheckedTask, Checks } from '../api/checks/checks.ts';
import type { Identity, Submission } from '../api/idempotency.ts';
import type { Unfetched } from '../api/request-sources.ts';
import type { ErrorCode, FieldError } from '../errors.ts';
import type { PlacedFile } from '../sources/fetch-placed.ts';
import type { ThreadClock } from './thread-clock.ts';

/** A request to a check thread. */
export interface CheckRequest {
  kind: keyof Checks;
  /** JSON in UTF-8. */
  body: Uint8Array;
  submission: Submission;
  placed?: readonly PlacedFile[] | undefined;
  clock: ThreadClock;
}

/**
 * The result of a check of one task or pipeline. Errors of the catalogue are plain objects, because they lose their
 * class between threads.
 */
export type CheckFound =
  | { identity: Identity; checked: CheckedTask | CheckedPipeline }
  | {
      /** Null if the request has none. */
      identity: Identity | null;
      refused: {
        code: ErrorCode;
        message: string;
        fields: readonly FieldError[];
        extra: Readonly<Record<string, unknown>>;
      };
    };

/** {@link Unfetched} between threads. */
export interface UnfetchedReply extends Omit<Unfetched, 'refused'> {
  refused?: (CheckFound & { index: number })[];
}

/** The reply of a check thread. */
export type CheckReply = CheckFound | UnfetchedReply | { items: CheckFound[]; warnings: string[] };
