import { patched, workflowInfo } from '@temporalio/workflow';

/**
 * Well before the server warns (10,240 events) and long before it ends a run (50 MB, 51,200 events): what is under way by then still has
 * room. One task may put 4 MB into its pipeline's history.
 */
const MOST_BYTES = 12_000_000;
const MOST_EVENTS = 8000;

/** Whether a run should go on as a new one soon. Runs that grew longer before there was a limit replay as they were. */
export function isHistoryLong(): boolean {
  const { historySize, historyLength } = workflowInfo();
  return (historySize >= MOST_BYTES || historyLength >= MOST_EVENTS) && patched('long-pipelines-begin-anew');
}
