import { passages } from '../text/languages.ts';
import { spokenText } from '../text/spoken.ts';
import { joinSamples } from '../voice/join-samples.ts';
import { resample } from '../voice/resample.ts';
import type { Speaker } from '../voice/utterance.ts';
import type { Job } from './prepare.ts';

/** Loudest sample of normal speech. */
const PEAK = 18_000;
/** Silence before and after, as models leave it. */
const [BEFORE_SECONDS, AFTER_SECONDS] = [0.04, 0.12];
/** Quieter samples count as silence that eSpeak added. */
const FLOOR = 60;

function trimmed(samples: Int16Array): Int16Array {
  const first = samples.findIndex((sample) => Math.abs(sample) > FLOOR);
  const last = samples.findLastIndex((sample) => Math.abs(sample) > FLOOR);
  return first === -1 ? new Int16Array(0) : samples.subarray(first, last + 1);
}

function joined(parts: readonly Int16Array[], rate: number, loudness: number): Int16Array {
  const silence = (seconds: number): Int16Array => new Int16Array(Math.round(seconds * rate));
  const whole = joinSamples([silence(BEFORE_SECONDS), ...parts, silence(AFTER_SECONDS)]);
  const loudest = whole.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 1);
  const gain = Math.min(32_000, PEAK * loudness) / loudest;
  return whole.map((sample) => Math.round(sample * gain));
}

export interface SynthesisDeps {
  speaker: Speaker;
  sampleRate: number;
  /** −1 to 1; 0 is how it always speaks. */
  variation: number;
}

/** The samples of one segment; text that has no sound gives a short breath of silence. */
export function synthesise(job: Job, segment: string, { speaker, sampleRate, variation }: SynthesisDeps): Int16Array {
  const { character, style } = job;
  const said = passages(segment, spokenText(segment)).map(({ language, text }) =>
    speaker.speak({
      language,
      text,
      character: { ...character, hertz: character.hertz * style.pitch * (1 + 0.05 * variation) },
      tempo: style.tempo * (1 - 0.06 * variation),
    }),
  );
  const parts = said.map((samples) => resample(trimmed(samples), speaker.sampleRate, sampleRate));
  return joined(parts, sampleRate, style.loudness);
}
