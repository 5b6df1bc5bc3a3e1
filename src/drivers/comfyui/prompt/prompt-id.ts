import { derivedUuid } from '../../../text/derived-uuid.ts';

/**
 * The prompt id of one attempt: a UUID, because newer servers require one. A later attempt derives it again to look for
 * the prompt.
 */
export const promptIdOf = (attempt: { runId: string; activityId: string; attempt: number }): string =>
  derivedUuid('prompt', attempt.runId, attempt.activityId, String(attempt.attempt));

/** The id for the second try of an attempt, after memory was exhausted. */
export const secondPromptId = (promptId: string): string => derivedUuid('again', promptId);
