import { createRecentlyUsed } from '../../recently-used.ts';
import { createBabbler } from './babble.ts';
import { createEspeak } from './espeak.ts';
import type { Speaker } from './utterance.ts';

/** Utterances that are kept: tests say the same again and again. */
const MOST = 64;

function remembering(speaker: Speaker): Speaker {
  const recent = createRecentlyUsed<Int16Array>(MOST);
  return { ...speaker, speak: (utterance) => recent(JSON.stringify(utterance), () => speaker.speak(utterance)) };
}

const babbler = remembering(createBabbler());
let espeak: Promise<Speaker> | undefined;

/**
 * eSpeak NG where it is installed, loaded once for all. It is under the GPL, so it is a development dependency that no
 * product of ours contains; without it a voice of our own babbles the letters.
 */
export function createSpeaker(voice: 'words' | 'babble'): Promise<Speaker> {
  if (voice === 'babble') return Promise.resolve(babbler);
  espeak ??= createEspeak().then(remembering, () => babbler);
  return espeak;
}
