import { vi } from 'vitest';
import type { PipelineRig } from './pipeline-rig.ts';

/** The code with which a pipeline ended. */
export const codeOf = (end: unknown): string | undefined => {
  const { cause } = end as { cause?: { type?: string; name?: string } };
  return cause?.type ?? cause?.name;
};

/** Resolves with the status when it is as wanted. */
export const until = (
  rig: PipelineRig,
  id: string,
  wanted: (status: Awaited<ReturnType<PipelineRig['status']>>) => boolean,
) =>
  vi.waitUntil(
    async () => {
      const status = await rig.status(id);
      return wanted(status) ? status : false;
    },
    { timeout: 15_000, interval: 50 },
  );

/** Resets a workflow to its first workflow task, which is the choice that repeats everything. */
export const reset = async (rig: PipelineRig, id: string): Promise<void> => {
  const { events } = await rig.handle(id).fetchHistory();
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  await rig.temporal.connection.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: id },
    reason: 'an operator',
    workflowTaskFinishEventId: first?.eventId ?? null,
    requestId: id,
  });
};
