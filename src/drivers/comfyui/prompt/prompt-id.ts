import { derivedUuid } from '../../../text/derived-uuid.ts';

/**
 * The prompt id of one attempt: a UUID, as newer servers require. A later attempt derives it again and looks for the
 * prompt.
 */
export const promptIdOf = (attempt: { runId: string; activityId: string; attempt: number }): string =>
  derivedUuid('prompt', attempt.runId, attempt.activityId, String(attempt.attempt));

/** The id under which an attempt posts once more after memory ran out. */
export const secondPromptId = (promptId: string): string => derivedUuid('again', promptId);
