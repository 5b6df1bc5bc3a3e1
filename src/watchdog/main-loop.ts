import { Session } from 'node:inspector';
import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 1000;
/** A busy machine may need a moment to end a process. */
const EXIT_LIMIT_MS = 5000;
const MOST_FRAMES = 4;
/** Evaluated inside the running code of the main thread, so that its stack shows that code. */
const WHERE = `(() => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const { stack } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return stack;
})()`;

/** The innermost frames; frames of Node and of the language only if there are no others. */
function innermost(stack: string): string {
  // The first lines are the message and our own expression.
  const frames = stack
    .split('\n')
    .map((frame) => frame.trim())
    .filter((frame) => frame.startsWith('at ') && !frame.includes('<anonymous>:'));
  const ours = frames.filter((frame) => !/node:|<anonymous>\)$/.test(frame));
  return (ours.length > 0 ? ours : frames).slice(0, MOST_FRAMES).join(', ');
}

/** Access to the main thread from another thread of its process. It interrupts JavaScript even in an endless loop. */
export interface MainThread {
  /**
   * Its present places in the code, innermost first; undefined if it is outside JavaScript, for example in a read from
   * a hanging disk.
   */
  place: () => Promise<string | undefined>;
  /** Ends the process with a code, or with SIGKILL if the main thread cannot be reached. */
  exit: (code: number) => Promise<void>;
}

/** Evaluates code in the main thread; undefined if it cannot be reached in time. */
async function evaluate(expression: string, limitMs = LIMIT_MS): Promise<unknown> {
  const session = new Session();
  try {
    session.connectToMainThread();
    const value = new Promise<unknown>((resolve) =>
      session.post('Runtime.evaluate', { expression, returnByValue: true }, (error, answer) =>
        resolve(error === null ? answer.result.value : undefined),
      ),
    );
    return await Promise.race([value, delay(limitMs)]);
  } catch {
    // This Node has no inspector.
    return undefined;
  } finally {
    session.disconnect();
  }
}

/** Only in a worker thread. */
export const mainThread: MainThread = {
  async place() {
    const stack = await evaluate(WHERE);
    return typeof stack === 'string' ? innermost(stack) : undefined;
  },
  async exit(code) {
    await evaluate(`process.reallyExit(${code})`, EXIT_LIMIT_MS);
    process.kill(process.pid, 'SIGKILL');
  },
};
