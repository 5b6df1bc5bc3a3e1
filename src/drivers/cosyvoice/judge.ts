import { isSilent } from '../../assets/silence.ts';
import { plausibleSeconds } from '../../speech/estimate.ts';
import { secondsOf, type Sound } from './sound.ts';

const rounded = (seconds: number): string => String(Math.round(seconds * 10) / 10);

/**
 * What is wrong with a spoken sentence, as far as one can tell without listening: generations end early, run on without an end or
 * are silent, all with a clean answer. Undefined when nothing is.
 */
export function problemOf(sound: Sound, text: string, speed: number): string | undefined {
  const seconds = secondsOf(sound);
  const { least, most } = plausibleSeconds(text);
  if (seconds < least / speed) return `${rounded(seconds)} s of sound, too short for its text`;
  if (seconds > most / Math.min(1, speed)) return `${rounded(seconds)} s of sound, too long for its text`;
  return isSilent(sound.samples, sound.sampleRate) ? 'silence' : undefined;
}
