import { proxyLocalActivities } from '@temporalio/workflow';

/** The activities that record a status: short and local, as nothing waits for them. The reconciler repairs what they miss. */
export const recordingActivities = <A extends object>(): ReturnType<typeof proxyLocalActivities<A>> =>
  proxyLocalActivities<A>({ startToCloseTimeout: '3 seconds', retry: { maximumAttempts: 2 } });
