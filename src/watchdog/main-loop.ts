import { Session } from 'node:inspector';
import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 1000;
/** A busy machine may take a moment to take a process down. */
const EXIT_LIMIT_MS = 5000;
const MOST_FRAMES = 4;
/** Asked within whatever the main thread does, so that it stands on top of that. */
const WHERE = `(() => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const { stack } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return stack;
})()`;

/** The innermost frames, those of Node and of the language itself only where there are no others. */
function innermost(stack: string): string {
  // The first ones are the message and our own question.
  const frames = stack
    .split('\n')
    .map((frame) => frame.trim())
    .filter((frame) => frame.startsWith('at ') && !frame.includes('<anonymous>:'));
  const ours = frames.filter((frame) => !/node:|<anonymous>\)$/.test(frame));
  return (ours.length > 0 ? ours : frames).slice(0, MOST_FRAMES).join(', ');
}

/** The main thread as another thread of its process reaches it: its JavaScript is interrupted even while it goes round in circles. */
export interface MainThread {
  /** The places in the code where it is, innermost first; undefined where it is in no JavaScript, as in a read from a disk that hangs. */
  place: () => Promise<string | undefined>;
  /** Ends the process with a code; with SIGKILL where the main thread cannot be reached. */
  exit: (code: number) => Promise<void>;
}

/** Evaluates in the main thread; undefined where that cannot be reached in time. */
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
    // A Node without inspector.
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
