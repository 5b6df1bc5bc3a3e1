import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { music } from './sound/music.ts';
import { narration, SAMPLE_RATE } from './sound/voice.ts';
import { encodeWav } from './sound/wav.ts';

const MUSIC = 'music/calm.wav';
const VOICE = 'luna';
const TRANSCRIPT = 'Morning comes over the mountains.';

/** Makes the music that the short film names, from nothing but arithmetic. */
export async function makeMusic(assetRoot: string): Promise<void> {
  const file = path.join(assetRoot, MUSIC);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, encodeWav(music(), SAMPLE_RATE));
}

/** Adds the voice that the short film names, as anybody adds one. @throws Error with the API's answer when it is refused. */
export async function addVoice(apiUrl: string, signal: AbortSignal): Promise<void> {
  const form = new FormData();
  form.set('voice_id', VOICE);
  form.set('transcript', TRANSCRIPT);
  form.set('recording', new Blob([encodeWav([narration()], SAMPLE_RATE)]), 'recording.wav');
  const response = await fetch(`${apiUrl}/voices`, { method: 'POST', body: form, signal });
  if (!response.ok) throw new Error(`The voice was refused: ${await response.text()}`);
}
