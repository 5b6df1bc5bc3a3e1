import { constants } from 'node:os';

const { SIGINT, SIGTERM } = constants.signals;

interface Signal {
  onsignal: () => void;
  start: (number: number) => unknown;
  unref: () => void;
}

/**
 * Notifies a thread that its process was asked to stop, even while the main thread is blocked. Node has no signal
 * events in threads, and no other way than this internal one, which may be removed (DEP0111). Then only the watchdog's
 * limit ends a blocked process.
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
    // This Node no longer has it.
  }
}
