import type { ComfyuiApi } from '../client/api.ts';

/**
 * Servers before 0.3.45 ignore our prompt ids and make their own; our id is then only the client id of the prompt.
 * @param ours ids that we gave.
 * @returns the server's ids of those prompts that wait, run or ended lately, where they differ from ours.
 * @throws what the API throws.
 */
export async function findServerPromptIds(
  api: ComfyuiApi,
  ours: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  // In this order: a prompt that leaves the queue after the first request has ended by the second.
  const { running, pending } = await api.queue(signal);
  const all = [...running, ...pending, ...(await api.recent(signal))];
  const found = all.filter(({ promptId, clientId }) => clientId !== null && ours.has(clientId) && !ours.has(promptId));
  return [...new Set(found.map(({ promptId }) => promptId))];
}
