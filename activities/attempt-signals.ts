import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';

/** What may end an attempt before its work is done. */
export interface AttemptSignals {
  /** Nobody wants the work any more: a cancel, a terminated task, the deadline. */
  cancel: AbortSignal;
  /** This worker gives the task back: what goes on without it is for the next attempt to find. */
  leave: AbortSignal;
  /** Whether `cancel` was the deadline. */
  deadlineReached(): boolean;
  close(): void;
}

const LOOK_EVERY_MS = 5000;

/**
 * Watches the present activity, and its deadline from now on.
 * @param stillOurs whether the work is wanted although the server gave this attempt up; may throw, and is asked again then.
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

  /** The server knows nothing of this attempt any more, which may be its own fault: the work goes on while it is wanted. */
  const lookUntilOver = async (reason: unknown): Promise<void> => {
    while (!closed.signal.aborted) {
      const found = await stillOurs().catch(() => 'ours' as const);
      if (found === 'over') return cancel.abort(reason);
      if (found === 'elsewhere') return leave.abort(reason);
      await delay(LOOK_EVERY_MS, undefined, { signal: closed.signal, ref: false }).catch(() => undefined);
    }
  };
  const tell = (): void => {
    const { reason } = context.cancellationSignal;
    const details = context.cancellationDetails;
    if (details?.notFound === true || details?.timedOut === true) void lookUntilOver(reason);
    else (details?.cancelRequested === false ? leave : cancel).abort(reason);
  };
  if (context.cancellationSignal.aborted) tell();
  else context.cancellationSignal.addEventListener('abort', tell, { once: true });

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
