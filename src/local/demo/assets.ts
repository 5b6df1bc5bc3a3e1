import { openAsBlob } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { exampleSound } from '../../host/examples-folder.ts';

const VOICE = 'luna';
const TRANSCRIPT = 'Morning comes over the mountains.';

/** Puts the music of the short film under ASSET_PATH. */
export async function addMusic(assetRoot: string): Promise<void> {
  const folder = path.join(assetRoot, 'music');
  await mkdir(folder, { recursive: true });
  await copyFile(exampleSound('calm.wav'), path.join(folder, 'calm.wav'));
}

/**
 * Adds the voice of the short film through the API.
 * @throws Error with the API's answer if it is refused.
 */
export async function addVoice(apiUrl: string, signal: AbortSignal): Promise<void> {
  const form = new FormData();
  form.set('voice_id', VOICE);
  form.set('transcript', TRANSCRIPT);
  form.set('recording', await openAsBlob(exampleSound('luna.mp3')), 'luna.mp3');
  const response = await fetch(`${apiUrl}/voices`, { method: 'POST', body: form, signal });
  if (!response.ok) throw new Error(`The voice was refused: ${await response.text()}`);
}
