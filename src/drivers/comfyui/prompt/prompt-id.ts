import { derivedUuid } from '../../../text/derived-uuid.ts';

/** The prompt id of one attempt, in the form that newer servers insist on; a later attempt derives it again in order to look for the prompt. */
export const promptIdOf = (attempt: { runId: string; activityId: string; attempt: number }): string =>
  derivedUuid('prompt', attempt.runId, attempt.activityId, String(attempt.attempt));

/** The id under which an attempt posts once more after it ran out of memory. */
export const secondPromptId = (promptId: string): string => derivedUuid('again', promptId);
