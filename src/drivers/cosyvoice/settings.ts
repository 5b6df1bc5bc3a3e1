const SECOND = 1000;

/** How long the driver waits, in milliseconds. */
export const COSYVOICE_TIMINGS = {
  /** For a probe of the server. */
  probe: 5 * SECOND,
  /** For one sentence, from the request to its last byte. The model's sampling sometimes never ends. */
  sentence: 180 * SECOND,
  /**
   * After a cancel, for the end of the sentence in progress. Below the 20 s that a stopping worker has for its task,
   * and below the 30 s that an activity has after its deadline.
   */
  waitOut: 15 * SECOND,
};
export type CosyvoiceTimings = typeof COSYVOICE_TIMINGS;

/** How often a sentence is requested before it counts as impossible. */
export const MOST_TRIES = 3;
