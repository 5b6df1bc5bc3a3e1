import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The heap that an idle thread may keep. */
const KEPT_BYTES = 48 * 1024 * 1024;

/**
 * Frees the memory of a large request at once. V8 itself would collect the garbage of an idle thread only at the next
 * request.
 */
export function createGarbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    if (getHeapStatistics().total_heap_size > KEPT_BYTES) collect();
  };
}
