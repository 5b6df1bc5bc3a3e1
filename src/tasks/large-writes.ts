import { AppError } from '../errors.ts';
import { createFairTurns } from '../turns/fair-turns.ts';

/** A pause is this many times as long as the write before it. */
const PAUSE_PER_WRITE = 2;
/** The longest pause after a write, in ms. */
const LONGEST_PAUSE_MS = 400;

/**
 * Writes large inputs one after another, with a pause after each that is twice as long as the write took. Otherwise many
 * megabytes would keep both processors of a small machine busy with Temporal while all other clients wait. Clients take
 * turns.
 * @param mostWaitMs a write whose turn has not come after this time is refused.
 * @returns a function that runs a write in the turn of its client. It throws the errors of the write, and {AppError} `busy`.
 */
export function createLargeWrites({ mostWaitMs }: { mostWaitMs: number }) {
  const inTurn = createFairTurns({ atOnce: 1 });
  return <T>(client: string, write: () => Promise<T>): Promise<T> => {
    const cameAt = performance.now();
    return new Promise((resolve, reject) => {
      void inTurn(client, async () => {
        const beganAt = performance.now();
        if (beganAt - cameAt > mostWaitMs) return reject(new AppError('busy'));
        await write().then(resolve, reject);
        const pauseMs = Math.min((performance.now() - beganAt) * PAUSE_PER_WRITE, LONGEST_PAUSE_MS);
        await new Promise((over) => void setTimeout(over, pauseMs));
      });
    });
  };
}
