import type { ComfyuiApi } from '../client/api.ts';

/**
 * Finds the ids that servers before 0.3.45 made. They ignore our prompt ids, so our id is only the client id of the
 * prompt.
 * @param ours the ids that we sent.
 * @returns the server's ids of those prompts that wait, run or ended recently, if they differ from ours.
 * @throws the errors of the API.
 */
export async function findServerPromptIds(
  api: ComfyuiApi,
  ours: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  // This order matters: a prompt that leaves the queue after the first request has ended at the second.
  const { running, pending } = await api.queue(signal);
  const all = [...running, ...pending, ...(await api.recent(signal))];
  const found = all.filter(({ promptId, clientId }) => clientId !== null && ours.has(clientId) && !ours.has(promptId));
  return [...new Set(found.map(({ promptId }) => promptId))];
}
