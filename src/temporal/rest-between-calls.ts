import type { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Disables a storage whenever nothing runs in it. Before Node 24, a storage that has been used slows down every promise
 * of the process until it is disabled, and the Temporal client uses one for each call: a status poll, which calls
 * nothing, then needs an eighth more processor time.
 * @param storage is changed. A context must not be used after its function has returned, or its promise has settled.
 */
export function restBetweenCalls(storage: Pick<AsyncLocalStorage<unknown>, 'run' | 'disable'>): void {
  const run = storage.run.bind(storage);
  let running = 0;
  const leave = (): void => {
    running -= 1;
    if (running === 0) storage.disable();
  };
  storage.run = <R>(store: unknown, call: (...args: unknown[]) => R, ...args: unknown[]): R => {
    running += 1;
    let result: R;
    try {
      result = run(store, call, ...args);
    } catch (error) {
      leave();
      throw error;
    }
    if (result instanceof Promise) result.then(leave, leave);
    else leave();
    return result;
  };
}
