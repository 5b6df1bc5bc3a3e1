import type { Attempt } from '../job.ts';

/**
 * Removes a prompt that is no longer usable from ComfyUI's history and from the manifest. Otherwise an operator's retry
 * would find the old failure.
 */
export async function forgetPrompt({ api, manifest }: Attempt, promptId: string): Promise<void> {
  await api.forget(promptId, undefined).catch(() => undefined);
  await manifest.update({ prompts: manifest.content.prompts.filter((id) => id !== promptId), ended: undefined });
}
