/** The known state of an event loop that counts its turns. */
export interface LoopSeen {
  /** Increases while the loop is running. */
  beats: number;
  /** How long the loop has been blocked while its watchdog was running, in ms. */
  heldMs: number;
}

/** How often the watchdog checks and the loop counts, in ms. */
export const LOOK_MS = 500;
/** A later check means that the watchdog itself was stopped: the machine slept, or the process was stopped. */
const LONGEST_LOOK_MS = 2 * LOOK_MS;

/**
 * Adds a check to the known state. A late check adds nothing, because the loop may not have had a chance to run.
 * @param sinceMs the time since the check before, in ms.
 */
export function lookAgain(before: LoopSeen, beats: number, sinceMs: number): LoopSeen {
  if (beats !== before.beats) return { beats, heldMs: 0 };
  return { beats, heldMs: before.heldMs + (sinceMs > 0 && sinceMs <= LONGEST_LOOK_MS ? sinceMs : 0) };
}
