import { mix, smooth } from '../../../simulators/noise.ts';
import { NEUTRAL, NOISES, VOICED, VOWELS, type Formants } from './phonemes.ts';
import { FPS, FRAMES, LINES } from './script.ts';

export const SAMPLE_RATE = 48_000;
/** Amplitudes are worked out this often and blended between. */
const STEP = 240;
const HARMONICS = 34;

interface Syllable {
  start: number;
  seconds: number;
  onset: string;
  vowels: Formants[];
  coda: string;
  /** 0 at the first syllable of a line, 1 at the last. */
  place: number;
}

function syllables(): Syllable[] {
  return LINES.flatMap((words) => {
    const all = words.flatMap(({ say, startFrame, endFrame }) => {
      const parts = say.split(' ');
      const seconds = (endFrame - startFrame) / FPS / parts.length;
      return parts.map((part, index) => ({ part, start: startFrame / FPS + index * seconds, seconds }));
    });
    return all.map(({ part, start, seconds }, index) => {
      const [, onset = '', nucleus = 'a', coda = ''] = /^([^aeiou]*)([aeiou]+)((?:[^aeiou].*)?)$/.exec(part) ?? [];
      const vowels = Array.from(nucleus, (letter) => VOWELS[letter] ?? NEUTRAL);
      return { start, seconds, onset, vowels, coda, place: all.length < 2 ? 0 : index / (all.length - 1) };
    });
  });
}

const between = (a: Formants, b: Formants, share: number): Formants => [
  mix(a[0], b[0], share),
  mix(a[1], b[1], share),
  mix(a[2], b[2], share),
];

/** The mouth at a moment of a syllable, from 0 to 1. */
function formantsAt({ onset, vowels, coda }: Syllable, at: number): Formants {
  const first = vowels[0] ?? NEUTRAL;
  const last = vowels.at(-1) ?? first;
  const opening = VOICED[onset.at(-1) ?? ''] ?? first;
  const closing = VOICED[coda[0] ?? ''] ?? last;
  if (at < 0.3) return between(opening, first, smooth(0.05, 0.3, at));
  if (at < 0.72) return between(first, last, smooth(0.3, 0.7, at));
  return between(last, closing, smooth(0.72, 0.95, at));
}

/** How strongly a frequency sounds through the mouth. */
const resonance = (hertz: number, [f1, f2, f3]: Formants): number =>
  1 / (1 + ((hertz - f1) / 70) ** 2) + 0.55 / (1 + ((hertz - f2) / 100) ** 2) + 0.28 / (1 + ((hertz - f3) / 150) ** 2);

function sing(into: Float32Array, syllable: Syllable): void {
  const { start, seconds, place, onset } = syllable;
  const [first, count] = [Math.round(start * SAMPLE_RATE), Math.round(seconds * SAMPLE_RATE)];
  const pitchAt = (at: number): number =>
    (205 - 48 * place) * (1 + 0.07 * Math.sin(Math.PI * at)) * (onset === '' ? 1.02 : 1);
  const stop = 'tkcsfh'.includes(onset[0] ?? ' ') ? 0.16 : 0.02;
  let phase = 0;
  let [old, next] = [new Float64Array(HARMONICS), new Float64Array(HARMONICS)];
  for (let index = 0; index < count; index++) {
    const at = index / count;
    const pitch = pitchAt(at) * (1 + 0.008 * Math.sin(2 * Math.PI * 5.2 * (start + index / SAMPLE_RATE)));
    if (index % STEP === 0) {
      [old, next] = [next, old];
      const formants = formantsAt(syllable, at);
      const loudness = smooth(stop, stop + 0.14, at) * smooth(1, 0.8, at);
      for (let harmonic = 1; harmonic <= HARMONICS; harmonic++)
        next[harmonic - 1] = (loudness * resonance(harmonic * pitch, formants)) / harmonic ** 0.55;
    }
    phase += (2 * Math.PI * pitch) / SAMPLE_RATE;
    const share = (index % STEP) / STEP;
    let sample = 0;
    for (let harmonic = 1; harmonic <= HARMONICS; harmonic++)
      sample += mix(old[harmonic - 1] ?? 0, next[harmonic - 1] ?? 0, share) * Math.sin(harmonic * phase);
    into[first + index] = (into[first + index] ?? 0) + sample * 0.3;
  }
}

function hiss(into: Float32Array, letter: string, startSeconds: number, random: () => number): void {
  const noise = NOISES[letter];
  if (noise === undefined) return;
  const [bright, loud, seconds] = noise;
  const [first, count] = [Math.round(startSeconds * SAMPLE_RATE), Math.round(seconds * SAMPLE_RATE)];
  let low = 0;
  for (let index = 0; index < count; index++) {
    const white = random() * 2 - 1;
    low += (white - low) * 0.35;
    const envelope = Math.sin((Math.PI * (index + 1)) / (count + 1)) ** 0.7;
    into[first + index] = (into[first + index] ?? 0) + mix(low * 1.6, white - low, bright) * loud * envelope;
  }
}

/** The narration: a synthetic voice that babbles the script's syllables in time with its words. One channel. */
export function narration(): Float32Array {
  const samples = new Float32Array((FRAMES / FPS) * SAMPLE_RATE);
  let seed = 1;
  const random = (): number => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  for (const syllable of syllables()) {
    sing(samples, syllable);
    hiss(samples, syllable.onset[0] ?? '', syllable.start, random);
    hiss(samples, syllable.coda.at(-1) ?? '', syllable.start + syllable.seconds * 0.8, random);
  }
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return samples.map((sample) => (sample / peak) * 0.8);
}
