import { joinSamples } from './join-samples.ts';
import type { Speaker } from './utterance.ts';

const SAMPLE_RATE = 22_050;
const WORDS_PER_MINUTE = 165;
/** Longer than any text that is spoken at once. */
const LONGEST = 8000;

/** The pitch setting (0–99) that gives about so many Hz, measured with the plain male and the `f…` voices. */
function pitchSetting(hertz: number, variant: string): number {
  const curve = variant.startsWith('+f') ? [140, 165, 203, 255, 330] : [76, 88, 101, 130, 169];
  const steps = [0, 25, 50, 75, 99];
  for (let index = 1; index < curve.length; index++) {
    const [low = 0, high = 0, from = 0, to = 0] = [curve[index - 1], curve[index], steps[index - 1], steps[index]];
    if (hertz < high) return Math.max(0, Math.round(from + ((hertz - low) / (high - low)) * (to - from)));
  }
  return 99;
}

/** @throws when the package is not installed. */
export async function createEspeak(): Promise<Speaker> {
  const { default: load } = await import('@echogarden/espeak-ng-emscripten');
  const espeak = await load();
  const worker = new espeak.eSpeakNGWorker();
  // The glue code keeps one buffer for strings, as large as the longest so far. It must be there before the memory is
  // copied.
  worker.set_voice('-'.repeat(LONGEST * 4));
  const fresh = espeak.HEAPU8.slice();

  return {
    name: 'espeak',
    sampleRate: SAMPLE_RATE,
    speak: ({ language, text, character, tempo }) => {
      // What it said before colours what it says next: noise, a voice half set. From the same memory come the same
      // samples.
      espeak.HEAPU8.fill(0, fresh.length);
      espeak.HEAPU8.set(fresh);
      worker.set_voice(`${language}${character.variant}`);
      worker.set_pitch(pitchSetting(character.hertz, character.variant));
      worker.set_rate(Math.round(WORDS_PER_MINUTE * tempo));
      const parts: Int16Array[] = [];
      worker.synthesize(text.slice(0, LONGEST), (samples) => {
        if (samples !== null) parts.push(samples.slice());
        return 0;
      });
      return joinSamples(parts);
    },
  };
}
