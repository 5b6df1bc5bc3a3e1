/** How long the driver waits, in milliseconds. */
export interface CosyvoiceTimings {
  /** For a probe of the server. */
  probe: number;
  /** For one sentence, from the request to its last byte. The model's sampling sometimes never ends. */
  sentence: number;
  /** After a cancel, for the end of the sentence in progress. */
  waitOut: number;
}

const SECOND = 1000;

/**
 * `waitOut` is below the 20 s that a stopping worker has for its task, and below the 30 s that an activity has after
 * its deadline.
 */
export const COSYVOICE_TIMINGS: CosyvoiceTimings = { probe: 5 * SECOND, sentence: 180 * SECOND, waitOut: 15 * SECOND };

/** How often a sentence is requested before it counts as impossible. */
export const MOST_TRIES = 3;
