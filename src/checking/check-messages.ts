import type { CheckedPipeline, CheckedTask, Checks } from '../api/checks.ts';
import type { ErrorCode, FieldError } from '../errors.ts';
import type { ThreadClock } from './thread-clock.ts';

/** What a thread is asked. */
export interface CheckRequest {
  kind: keyof Checks;
  /** JSON in UTF-8. */
  body: Uint8Array;
  taskId: string;
  clock: ThreadClock;
}

/** What it answers: errors of the catalogue lose their class on the way between threads. */
export type CheckReply =
  | { checked: CheckedTask | CheckedPipeline }
  | {
      refused: {
        code: ErrorCode;
        message: string;
        fields: readonly FieldError[];
        extra: Readonly<Record<string, unknown>>;
      };
    };
