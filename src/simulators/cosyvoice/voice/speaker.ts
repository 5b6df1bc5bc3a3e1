import { createBabbler } from './babble.ts';
import type { Character } from './character.ts';
import { createEspeak } from './espeak.ts';

export interface Utterance {
  /** eSpeak's code of the language. */
  language: string;
  text: string;
  character: Character;
  /** 1 is normal, 2 twice as fast. */
  tempo: number;
}

/** Turns text into samples. The same utterance gives the same samples, whatever was said before. */
export interface Speaker {
  name: 'espeak' | 'babble';
  sampleRate: number;
  speak(utterance: Utterance): Int16Array;
}

/**
 * eSpeak NG where it is installed. It is under the GPL, so it is a development dependency that no product of ours contains; without it a
 * voice of our own babbles the letters.
 */
export const createSpeaker = (): Promise<Speaker> => createEspeak().catch(() => createBabbler());
