import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';

/** The signals that may end an attempt before its work is done. */
export interface AttemptSignals {
  /** The work is no longer wanted: the task was cancelled or terminated, or the deadline passed. */
  cancel: AbortSignal;
  /** This worker hands the task back. The next attempt continues with work that runs on without this worker. */
  leave: AbortSignal;
  /** Whether `cancel` was the deadline. */
  deadlineReached(): boolean;
  close(): void;
}

const LOOK_EVERY_MS = 5000;

/**
 * Watches the present activity and its deadline, which begins now.
 * @param stillOurs whether the work is wanted although the server has given up this attempt; called again after it
 * throws.
 */
export function watchSignals(
  runSeconds: number,
  stillOurs: () => Promise<'ours' | 'elsewhere' | 'over'>,
): AttemptSignals {
  const context = Context.current();
  const [cancel, leave, deadline, closed] = [0, 1, 2, 3].map(() => new AbortController()) as [
    AbortController,
    AbortController,
    AbortController,
    AbortController,
  ];
  const timer = setTimeout(() => deadline.abort(new Error('the deadline was reached')), runSeconds * 1000);

  /**
   * The server has given up this attempt, perhaps because the server itself was away. The work continues while it is
   * wanted.
   */
  const lookUntilOver = async (reason: unknown): Promise<void> => {
    while (!closed.signal.aborted) {
      const found = await stillOurs().catch(() => 'ours' as const);
      if (found === 'over') return cancel.abort(reason);
      if (found === 'elsewhere') return leave.abort(reason);
      await delay(LOOK_EVERY_MS, undefined, { signal: closed.signal, ref: false }).catch(() => undefined);
    }
  };
  const onCancellation = (): void => {
    const { reason } = context.cancellationSignal;
    const details = context.cancellationDetails;
    if (details?.notFound === true || details?.timedOut === true) void lookUntilOver(reason);
    else (details?.cancelRequested === false ? leave : cancel).abort(reason);
  };
  if (context.cancellationSignal.aborted) onCancellation();
  else context.cancellationSignal.addEventListener('abort', onCancellation, { once: true });

  return {
    cancel: AbortSignal.any([cancel.signal, deadline.signal]),
    leave: leave.signal,
    deadlineReached: () => deadline.signal.aborted && !cancel.signal.aborted,
    close() {
      clearTimeout(timer);
      closed.abort();
    },
  };
}
