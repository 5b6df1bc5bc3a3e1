/** What is known of an event loop that counts its turns. */
export interface LoopSeen {
  /** Grows as long as the loop turns. */
  beats: number;
  /** How long the loop has stood still while its watchdog ran, in ms. */
  heldMs: number;
}

/** How often the watchdog looks, and the loop counts, in ms. */
export const LOOK_MS = 500;
/** A look that is later says that the watchdog stood still, too: the machine slept, or the process was stopped. */
const LONGEST_LOOK_MS = 2 * LOOK_MS;

/**
 * Adds a look to what is known. A late look adds nothing: nobody knows whether the loop could have turned.
 * @param sinceMs since the look before.
 */
export function lookAgain(before: LoopSeen, beats: number, sinceMs: number): LoopSeen {
  if (beats !== before.beats) return { beats, heldMs: 0 };
  return { beats, heldMs: before.heldMs + (sinceMs > 0 && sinceMs <= LONGEST_LOOK_MS ? sinceMs : 0) };
}
