import { joinSamples } from './join-samples.ts';
import type { Speaker } from './utterance.ts';

const SAMPLE_RATE = 22_050;
const HARMONICS = 24;
/** The three resonances of the mouth in Hz for the vowels. */
const VOWELS: readonly (readonly [number, number, number])[] = [
  [760, 1280, 2500],
  [530, 1800, 2500],
  [300, 2250, 2950],
  [500, 880, 2450],
  [330, 850, 2300],
];
const LETTERS = 'aeiou';

type Sound = { vowel: number; seconds: number } | { pause: number };

/** A vowel for every vowel in the text, for every sign that is a syllable, and a pause for spaces and marks. */
function soundsOf(text: string): Sound[] {
  const found: Sound[] = [];
  for (const letter of text.normalize('NFD').toLowerCase()) {
    const vowel = LETTERS.indexOf(letter);
    if (vowel !== -1) found.push({ vowel, seconds: 0.15 });
    else if (/[\d\u3040-\u9fff\uac00-\ud7af\p{Script=Cyrillic}]/u.test(letter))
      found.push({ vowel: (letter.codePointAt(0) ?? 0) % VOWELS.length, seconds: 0.2 });
    else if (/[\p{P}]/u.test(letter)) found.push({ pause: 0.15 });
    else if (/\s/.test(letter)) found.push({ pause: 0.04 });
  }
  return found;
}

function sing(vowel: number, count: number, hertz: number): Int16Array {
  const formants = VOWELS[vowel] ?? [500, 1500, 2500];
  const strengths = Array.from({ length: HARMONICS }, (_, index) =>
    formants.reduce((sum, formant, place) => sum + 0.6 ** place / (1 + (((index + 1) * hertz - formant) / 90) ** 2), 0),
  );
  return Int16Array.from({ length: count }, (_, index) => {
    const phase = (2 * Math.PI * hertz * index) / SAMPLE_RATE;
    const envelope = Math.sin((Math.PI * (index + 1)) / (count + 1)) ** 0.5;
    return (
      envelope *
      5000 *
      strengths.reduce((sum, strength, harmonic) => sum + strength * Math.sin((harmonic + 1) * phase), 0)
    );
  });
}

/** A voice that sings the vowels of a text: as long as speech, as loud, and no word to be understood. */
export function createBabbler(): Speaker {
  return {
    name: 'babble',
    sampleRate: SAMPLE_RATE,
    speak: ({ text, character, tempo }) => {
      const parts = soundsOf(text).map((sound) =>
        'pause' in sound
          ? new Int16Array(Math.round((sound.pause / tempo) * SAMPLE_RATE))
          : sing(sound.vowel, Math.round((sound.seconds / tempo) * SAMPLE_RATE), character.hertz),
      );
      return joinSamples(parts);
    },
  };
}
