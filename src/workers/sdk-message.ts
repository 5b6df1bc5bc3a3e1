import type { LogMetadata } from '@temporalio/worker';
import { loggedMessageOf, withoutWords } from '../errors.ts';

/** What the SDK has to say, with the id of the task that it speaks of: all of a task is found in the log by its id. */
export function sdkMessage(message: string, { error, workflowId }: LogMetadata = {}): string {
  const about = workflowId === undefined ? message : `${message} (ID: ${String(workflowId)})`;
  return error instanceof Error ? `${about}: ${withoutWords(loggedMessageOf(error))}` : about;
}
