import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { LONGEST_MESSAGE } from '../errors.ts';
import { cutMessage } from '../text/cut-text.ts';

/** Causes may go round. */
const MOST_CAUSES = 20;
const FRAMES = '\n    at ';

/** Cuts the messages of an error and of its causes, in themselves and at the head of their stacks. */
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
 * Whatever an activity throws reaches the SDK with messages of moderate length. It looks through stacks with a regular expression whose
 * time grows with the square of a run of blanks: 60,000 of them keep a worker busy until its server takes it for dead.
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
