import { createHash } from 'node:crypto';

/** A hash in the form of a version 4 UUID: newer servers accept nothing else, and it can be derived again. */
function uuidOf(...parts: readonly string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The prompt id of one attempt; a later attempt derives it again in order to look for the prompt. */
export const promptIdOf = (attempt: { runId: string; activityId: string; attempt: number }): string =>
  uuidOf('prompt', attempt.runId, attempt.activityId, String(attempt.attempt));

/** The id under which an attempt posts once more after it ran out of memory. */
export const secondPromptId = (promptId: string): string => uuidOf('again', promptId);
