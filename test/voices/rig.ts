import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { encodeWav } from '../helpers/wav.ts';
import { createVoiceLibrary, type VoiceLibrary } from '../../src/voices/voice-library.ts';
import type { NewVoice } from '../../src/voices/add-voice.ts';
import { scratchFolder } from '../helpers/scratch.ts';

/** A tone as a WAV file. */
export const recording = (seconds: number, { rate = 16_000, peak = 0.5 } = {}): Buffer =>
  encodeWav([Float32Array.from({ length: Math.round(seconds * rate) }, (_, at) => peak * Math.sin(at / 10))], rate);

/** An empty library in a folder of its own. */
export async function voiceRig(): Promise<{ root: string; folder: string; voices: VoiceLibrary }> {
  const root = await scratchFolder();
  const folder = path.join(root, 'voices');
  await mkdir(folder);
  return { root, folder, voices: createVoiceLibrary({ root, aliases: [] }) };
}

/** A voice as it arrives, its recording still to be named. */
export const newVoice = (change: Partial<NewVoice>): NewVoice => ({
  id: 'luna',
  recording: null,
  transcript: 'This is how I sound.',
  language: null,
  instruction: null,
  speaker: null,
  mode: 'clone',
  replace: false,
  ...change,
});
