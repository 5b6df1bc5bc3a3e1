import { activityInfo } from '@temporalio/activity';

/** The workflow run of the present activity. */
export function presentRun(): { workflowId: string; runId: string } {
  const run = activityInfo().workflowExecution;
  if (run === undefined) throw new Error('this activity belongs to a workflow');
  return run;
}
