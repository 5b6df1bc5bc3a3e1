/** A sentence of the script and its place in the sound, in samples from the start. */
export interface TimedSentence {
  /** As written. */
  text: string;
  from: number;
  to: number;
}

/** The pause between the parts of a divided sentence, as a share of the pause between sentences. */
const SHARE_INSIDE_SENTENCES = 0.4;

/** The number of silent samples after a sentence, or after a part of one. */
export const pauseSamples = (pauseMs: number, sampleRate: number, endsSentence: boolean): number =>
  Math.round((pauseMs * (endsSentence ? 1 : SHARE_INSIDE_SENTENCES) * sampleRate) / 1000);

/** Milliseconds with three decimals, from which the sample can be computed again. */
export const milliseconds = (samples: number, sampleRate: number): number =>
  Math.round((samples * 1_000_000) / sampleRate) / 1000;
