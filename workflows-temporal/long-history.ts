import { patched, workflowInfo } from '@temporalio/workflow';

/**
 * Well below the server's warning (10,240 events) and far below its limit (50 MB, 51,200 events), so that running tasks
 * still have room. One task may add 4 MB to the history of its pipeline.
 */
const MOST_BYTES = 12_000_000;
const MOST_EVENTS = 8000;

/** Whether a run should soon continue as a new one. Runs that grew longer before there was a limit replay unchanged. */
export function isHistoryLong(): boolean {
  const { historySize, historyLength } = workflowInfo();
  return (historySize >= MOST_BYTES || historyLength >= MOST_EVENTS) && patched('long-pipelines-begin-anew');
}
