import type { LogMetadata } from '@temporalio/worker';
import { loggedMessageOf, withoutWords } from '../errors.ts';

/** A message of the SDK with the id of its task, so that a search for the id finds every line about the task. */
export function sdkMessage(message: string, { error, workflowId }: LogMetadata = {}): string {
  const about = workflowId === undefined ? message : `${message} (ID: ${String(workflowId)})`;
  return error instanceof Error ? `${about}: ${withoutWords(loggedMessageOf(error))}` : about;
}
