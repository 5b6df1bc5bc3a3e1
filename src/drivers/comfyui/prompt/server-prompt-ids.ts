import type { ComfyuiApi } from '../client/api.ts';

/**
 * The ids under which a server that makes its own has prompts to which we gave one of these; of prompts that wait, run or ended lately.
 * Throws what the API throws.
 */
export async function serverIds(
  api: ComfyuiApi,
  ours: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  // In this order: what leaves the queue after the first look has ended by the second.
  const { running, pending } = await api.queue(signal);
  const all = [...running, ...pending, ...(await api.recent(signal))];
  const found = all.filter(({ promptId, clientId }) => clientId !== null && ours.has(clientId) && !ours.has(promptId));
  return [...new Set(found.map(({ promptId }) => promptId))];
}
