import type { Character } from './character.ts';

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
