import { isSilent } from '../../assets/silence.ts';
import { plausibleSeconds } from '../../speech/estimate.ts';
import { type PaceBounds, paceProblem } from '../../speech/pace.ts';
import { wordSeconds } from '../../speech/word-seconds.ts';
import type { SoundFacts } from './measure-sound.ts';
import { secondsOf, type Sound } from './sound.ts';

export const rounded = (seconds: number): string => String(Math.round(seconds * 10) / 10);

/**
 * The measurable problem of a spoken sentence; undefined if there is none. Even with a clean answer, a generation may
 * end early, continue without end, or be silent.
 */
export function problemOf(sound: Sound, text: string, speed: number): string | undefined {
  const seconds = secondsOf(sound);
  const { least, most } = plausibleSeconds(text);
  if (seconds < least / speed) return `${rounded(seconds)} s of sound, too short for its text`;
  if (seconds > most / Math.min(1, speed)) return `${rounded(seconds)} s of sound, too long for its text`;
  return isSilent(sound.samples, sound.sampleRate) ? 'silence' : undefined;
}

/** For a sentence without a mark for a longer pause. */
const LONGEST_PAUSE_SECONDS = 3;
const PAUSE_MARK_SECONDS = 1.5;
const PAUSE_MARKS = /…|\.{3,}|—|\[(?:quick_)?breath\]/g;

/** Why a sentence is odd, in words for people, and how odd it is compared with others of its kind. */
export interface Oddity {
  problem: string;
  degree: number;
}

/**
 * Why a sentence that could be speech of some voice is odd for this voice; undefined if it is not odd.
 * @param speed the factor by which server and driver together change the pace
 */
export function oddityOf(facts: SoundFacts, text: string, bounds: PaceBounds, speed: number): Oddity | undefined {
  const { speech, silence, noise } = facts;
  const said = { words: wordSeconds(text), seconds: speech * speed };
  const pace = paceProblem(said, bounds);
  const expected = said.words.usual * bounds.usual;
  const deviation = Math.abs(Math.log(Math.max(said.seconds, 0.05) / Math.max(expected, 0.05)));
  if (noise > 0) return { problem: `${rounded(noise)} s of noise in it`, degree: noise + deviation };
  if (pace !== undefined) {
    const usual = rounded(pace.expected / speed);
    return {
      problem: `${rounded(speech)} s of speech, ${pace.kind} for its words: this voice takes about ${usual} s for them`,
      degree: deviation,
    };
  }
  const longest = LONGEST_PAUSE_SECONDS + PAUSE_MARK_SECONDS * (text.match(PAUSE_MARKS) ?? []).length;
  const isTooLong = silence > longest / Math.min(1, speed);
  return isTooLong ? { problem: `${rounded(silence)} s of silence in it`, degree: silence } : undefined;
}
