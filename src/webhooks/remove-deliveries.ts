import { isNotFound, type Temporal } from '../temporal/connection.ts';
import { listDeliveryIds } from './list-deliveries.ts';

/** Ends and deletes all deliveries of a task. @throws a gRPC error if Temporal does not answer. */
export async function removeDeliveries(temporal: Temporal, taskId: string): Promise<void> {
  const { namespace } = temporal.client.options;
  for (const { workflowId, runId } of await listDeliveryIds(temporal, taskId))
    await temporal.connection.workflowService
      .deleteWorkflowExecution({ namespace, workflowExecution: { workflowId, runId } })
      .catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
}
