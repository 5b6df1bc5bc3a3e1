import { activityInfo } from '@temporalio/activity';

/** The run of the workflow that the present activity belongs to. */
export function presentRun(): { workflowId: string; runId: string } {
  const run = activityInfo().workflowExecution;
  if (run === undefined) throw new Error('this activity belongs to a workflow');
  return run;
}
