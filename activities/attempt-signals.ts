import { Context } from '@temporalio/activity';

/** What may end an attempt before its work is done. */
export interface AttemptSignals {
  /** Nobody wants the work any more: a cancel, a terminated task, the deadline. */
  cancel: AbortSignal;
  /** This worker shuts down politely: what goes on without it is for the next attempt to find. */
  leave: AbortSignal;
  /** Whether `cancel` was the deadline. */
  deadlineReached(): boolean;
  close(): void;
}

/** Watches the present activity, and its deadline from now on. */
export function watchSignals(runSeconds: number): AttemptSignals {
  const context = Context.current();
  const [cancel, leave, deadline] = [new AbortController(), new AbortController(), new AbortController()];
  const timer = setTimeout(() => deadline.abort(new Error('the deadline was reached')), runSeconds * 1000);
  const tell = (): void => {
    const { reason } = context.cancellationSignal;
    (context.cancellationDetails?.workerShutdown === true ? leave : cancel).abort(reason);
  };
  if (context.cancellationSignal.aborted) tell();
  else context.cancellationSignal.addEventListener('abort', tell, { once: true });
  return {
    cancel: AbortSignal.any([cancel.signal, deadline.signal]),
    leave: leave.signal,
    deadlineReached: () => deadline.signal.aborted && !cancel.signal.aborted,
    close: () => clearTimeout(timer),
  };
}
