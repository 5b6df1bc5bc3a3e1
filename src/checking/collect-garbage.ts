import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a thread that has nothing to do may keep. */
const KEPT_BYTES = 48 * 1024 * 1024;

/** Gives the memory of a large request back at once: V8 collects the garbage of a thread that waits only when the next request comes. */
export function createGarbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    if (getHeapStatistics().total_heap_size > KEPT_BYTES) collect();
  };
}
