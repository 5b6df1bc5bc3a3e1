import { passages } from '../text/languages.ts';
import { spokenText } from '../text/spoken.ts';
import { resample } from '../voice/resample.ts';
import type { Speaker } from '../voice/utterance.ts';
import type { Job } from './prepare.ts';

/** Loudest sample of normal speech. */
const PEAK = 18_000;
/** Silence before and after, as models leave it. */
const [BEFORE_SECONDS, AFTER_SECONDS] = [0.04, 0.12];
/** What is quieter counts as silence of eSpeak's own. */
const FLOOR = 60;

function trimmed(samples: Int16Array): Int16Array {
  const first = samples.findIndex((sample) => Math.abs(sample) > FLOOR);
  const last = samples.findLastIndex((sample) => Math.abs(sample) > FLOOR);
  return first === -1 ? new Int16Array(0) : samples.subarray(first, last + 1);
}

function joined(parts: readonly Int16Array[], rate: number, loudness: number): Int16Array {
  const before = Math.round(BEFORE_SECONDS * rate);
  const whole = new Int16Array(
    parts.reduce((sum, part) => sum + part.length, before + Math.round(AFTER_SECONDS * rate)),
  );
  const loudest = parts.reduce(
    (most, part) => part.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), most),
    1,
  );
  const gain = Math.min(32_000, PEAK * loudness) / loudest;
  let at = before;
  for (const part of parts) {
    whole.set(
      part.map((sample) => Math.round(sample * gain)),
      at,
    );
    at += part.length;
  }
  return whole;
}

export interface SynthesisDeps {
  speaker: Speaker;
  sampleRate: number;
  /** −1 to 1; 0 is how it always speaks. */
  whim: number;
}

/** The samples of one segment; text that has no sound gives a short breath of silence. */
export function synthesise(job: Job, segment: string, { speaker, sampleRate, whim }: SynthesisDeps): Int16Array {
  const { character, manner } = job;
  const said = passages(segment, spokenText(segment)).map(({ language, text }) =>
    speaker.speak({
      language,
      text,
      character: { ...character, hertz: character.hertz * manner.pitch * (1 + 0.05 * whim) },
      tempo: manner.tempo * (1 - 0.06 * whim),
    }),
  );
  const parts = said.map((samples) => resample(trimmed(samples), speaker.sampleRate, sampleRate));
  return joined(parts, sampleRate, manner.loudness);
}
