import { proxyActivities } from '@temporalio/workflow';
import { BARE_QUEUES } from './bare-names.ts';

const { bareJob } = proxyActivities<{ bareJob(): Promise<void> }>({
  taskQueue: BARE_QUEUES.gpu,
  startToCloseTimeout: '1 minute',
  allowEagerDispatch: false,
});

/** A workflow of one activity, and nothing else. */
export const bareTask = (): Promise<void> => bareJob();
