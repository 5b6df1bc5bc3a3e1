import { constants } from 'node:os';

const { SIGINT, SIGTERM } = constants.signals;

interface Signal {
  onsignal: () => void;
  start: (number: number) => unknown;
  unref: () => void;
}

/**
 * Tells a thread that its process is asked to stop, also while the main thread hears nothing. Node has no signal events in threads
 * and no other way than this one, which may go one day (DEP0111); a held process then ends by the watchdog's limit alone.
 */
export function onStopSignal(listener: () => void): void {
  process.noDeprecation = true;
  try {
    const { binding } = process as unknown as { binding: (name: string) => { Signal: new () => Signal } };
    for (const number of [SIGINT, SIGTERM]) {
      const signal = new (binding.call(process, 'signal_wrap').Signal)();
      signal.onsignal = listener;
      signal.start(number);
      signal.unref();
    }
  } catch {
    // This Node has it no more.
  }
}
