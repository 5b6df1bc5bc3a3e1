import { ConnectionFailure } from './connection-failure.ts';

/** Bytes a second. A slow line to another house has four times as much; what moves slower would hold the card's slot for hours. */
const LEAST_SPEED = 32 * 1024;

/** How long a transfer may take that has moved so many bytes: `patience` more than at the least speed. All in milliseconds. */
export const allowedTime = (bytes: number, patience: number): number => patience + (1000 * bytes) / LEAST_SPEED;

export interface Pace {
  moved(bytes: number): void;
  done(): void;
  /** Aborts, with a {@link ConnectionFailure}, when nothing moved for `patience`, or when all that did is behind the least speed by as much. */
  signal: AbortSignal;
}

/** @param what begins a sentence that ends in "too slowly". */
export function createPace(what: string, patience: number): Pace {
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
