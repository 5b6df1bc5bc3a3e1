import { proxyLocalActivities } from '@temporalio/workflow';

/**
 * The activities that record a status. They are short and local, because nothing depends on them: the reconciler
 * repairs missed records.
 */
export const recordingActivities = <A extends object>(): ReturnType<typeof proxyLocalActivities<A>> =>
  proxyLocalActivities<A>({ startToCloseTimeout: '3 seconds', retry: { maximumAttempts: 2 } });
