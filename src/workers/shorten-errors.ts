import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { LONGEST_MESSAGE } from '../errors.ts';
import { cutMessage } from '../text/cut-text.ts';

/** The chain of causes may be circular. */
const MOST_CAUSES = 20;
const FRAMES = '\n    at ';

/** Shortens the messages of an error and of its causes, both in `message` and at the head of `stack`. */
export function shortenErrors(thrown: unknown): void {
  let error = thrown;
  for (let depth = 0; error instanceof Error && depth < MOST_CAUSES; depth++) {
    const short = cutMessage(error.message, LONGEST_MESSAGE);
    if (short !== error.message) {
      const frames = error.stack?.indexOf(FRAMES, error.message.length) ?? -1;
      const rest = frames < 0 ? '' : (error.stack?.slice(frames) ?? '');
      error.message = short;
      error.stack = `${error.name}: ${short}${rest}`;
    }
    error = error.cause;
  }
}

/**
 * Shortens the messages of errors before the SDK receives them. The SDK searches stacks with a regular expression whose
 * time grows with the square of a run of blanks: 60,000 blanks keep a worker busy until the server considers it dead.
 */
export const shortErrors: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        shortenErrors(error);
        throw error;
      }
    },
  },
});
