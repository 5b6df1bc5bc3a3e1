import { createBabbler } from './babble.ts';
import { createEspeak } from './espeak.ts';
import type { Speaker } from './utterance.ts';

/** Utterances that are kept: tests say the same again and again. */
const MOST = 64;

function remembering(speaker: Speaker): Speaker {
  const said = new Map<string, Int16Array>();
  return {
    ...speaker,
    speak: (utterance) => {
      const key = JSON.stringify(utterance);
      const samples = said.get(key) ?? speaker.speak(utterance);
      said.delete(key);
      said.set(key, samples);
      const oldest = said.keys().next().value;
      if (said.size > MOST && oldest !== undefined) said.delete(oldest);
      return samples;
    },
  };
}

const babbler = remembering(createBabbler());
let espeak: Promise<Speaker> | undefined;

/**
 * eSpeak NG where it is installed, loaded once for all. It is under the GPL, so it is a development dependency that no product of ours
 * contains; without it a voice of our own babbles the letters.
 */
export function createSpeaker(voice: 'words' | 'babble'): Promise<Speaker> {
  if (voice === 'babble') return Promise.resolve(babbler);
  espeak ??= createEspeak().then(remembering, () => babbler);
  return espeak;
}
