import { Session } from 'node:inspector';
import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 1000;
const MOST_FRAMES = 4;
/** Asked within whatever the main thread does, so that it stands on top of that. */
const WHERE = `(() => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const { stack } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return stack;
})()`;

/** The innermost frames, those of Node itself only where there are no others. */
function innermost(stack: string): string {
  // The first ones are the message and our own question.
  const frames = stack
    .split('\n')
    .map((frame) => frame.trim())
    .filter((frame) => frame.startsWith('at ') && !frame.includes('<anonymous>:'));
  const ours = frames.filter((frame) => !frame.includes('node:'));
  return (ours.length > 0 ? ours : frames).slice(0, MOST_FRAMES).join(', ');
}

/** The main thread as another thread of its process reaches it: its JavaScript is interrupted even while it goes round in circles. */
export interface MainThread {
  /** The places in the code where it is, innermost first; undefined where it is in no JavaScript, as in a read from a disk that hangs. */
  place: () => Promise<string | undefined>;
  /** Ends the process with a code; with SIGKILL where the main thread cannot be reached. */
  exit: (code: number) => void;
}

/** Only in a worker thread. */
export function reachMainThread(): MainThread {
  let session: Session | undefined;
  const evaluate = (expression: string, told: (value: unknown) => void): void => {
    if (session === undefined) {
      session = new Session();
      session.connectToMainThread();
    }
    session.post('Runtime.evaluate', { expression, returnByValue: true }, (error, answer) =>
      told(error === null ? answer.result.value : undefined),
    );
  };
  return {
    async place() {
      const stack = new Promise<unknown>((resolve) => evaluate(WHERE, resolve));
      const told = await Promise.race([stack, delay(LIMIT_MS, undefined)]);
      return typeof told === 'string' ? innermost(told) : undefined;
    },
    exit(code) {
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), LIMIT_MS);
      evaluate(`process.reallyExit(${code})`, () => undefined);
    },
  };
}
