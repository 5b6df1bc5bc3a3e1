import { WEBHOOK } from '../contracts/webhook-events.ts';
import type { Temporal } from '../temporal/connection.ts';

/**
 * How many deliveries are under way, and how many were given up after their last try and are still kept. @throws when
 * Temporal does not answer.
 */
export async function countDeliveries({ client }: Temporal): Promise<{ pending: number; failed: number }> {
  const count = async (status: string): Promise<number> =>
    (await client.workflow.count(`WorkflowType = "${WEBHOOK}" AND ExecutionStatus = "${status}"`)).count;
  const [pending, failed] = await Promise.all([count('Running'), count('Failed')]);
  return { pending, failed };
}
