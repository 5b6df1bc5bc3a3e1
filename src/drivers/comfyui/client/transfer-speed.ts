import { ConnectionFailure } from './connection-failure.ts';

/**
 * In bytes a second. A slow connection to another site is four times as fast; a slower transfer would occupy the card's
 * slot for hours.
 */
const LEAST_SPEED = 32 * 1024;

/** The milliseconds that a transfer of so many bytes may take: the time at the least speed plus `patience`. */
export const allowedTime = (bytes: number, patience: number): number => patience + (1000 * bytes) / LEAST_SPEED;

export interface TransferWatch {
  /** Reports that more bytes were transferred. */
  moved(bytes: number): void;
  done(): void;
  /**
   * Aborts with a {@link ConnectionFailure} when nothing moved for `patience`, or when the whole transfer is that far
   * behind the least speed.
   */
  signal: AbortSignal;
}

/** @param what the beginning of a sentence that ends with "too slowly". @param patience in milliseconds. */
export function watchTransfer(what: string, patience: number): TransferWatch {
  const slow = new AbortController();
  const began = performance.now();
  let bytes = 0;
  let timer: NodeJS.Timeout;
  const watch = (): void => {
    const left = Math.min(patience, allowedTime(bytes, patience) - (performance.now() - began));
    timer = setTimeout(() => slow.abort(new ConnectionFailure('slow', `${what} too slowly`)), left);
  };
  watch();
  return {
    moved(more) {
      bytes += more;
      clearTimeout(timer);
      watch();
    },
    done: () => clearTimeout(timer),
    signal: slow.signal,
  };
}
