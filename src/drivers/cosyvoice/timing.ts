/** A sentence of the script and where it is heard, in samples from the start. */
export interface TimedSentence {
  /** As written. */
  text: string;
  from: number;
  to: number;
}

/** Between the parts of a sentence that was too long for one generation: a breath. */
const SHARE_INSIDE_SENTENCES = 0.4;

/** The samples of silence after a sentence, or after a part of one. */
export const pauseSamples = (pauseMs: number, sampleRate: number, endsSentence: boolean): number =>
  Math.round((pauseMs * (endsSentence ? 1 : SHARE_INSIDE_SENTENCES) * sampleRate) / 1000);

/** Milliseconds with three decimals, from which the sample can be computed again. */
export const milliseconds = (samples: number, sampleRate: number): number =>
  Math.round((samples * 1_000_000) / sampleRate) / 1000;
