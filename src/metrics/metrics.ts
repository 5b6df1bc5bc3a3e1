import { cached } from '../status/cached.ts';
import { exposition } from './exposition.ts';
import { createProcessMetrics, type ProcessMetrics } from './process-metrics.ts';
import { createSharedNumbers, type SharedNumbersDeps } from './shared-numbers.ts';

/** Scrapes within this time share one reading of the numbers. */
const FRESH_MS = 1000;

export type Metrics = ProcessMetrics;

/** The metrics of an API process: its own numbers, and those that all API processes share. */
export function createMetrics(deps: SharedNumbersDeps): Metrics {
  const own = createProcessMetrics();
  const read = createSharedNumbers(deps);
  const shared = cached(async () => exposition(await read()), FRESH_MS);
  return {
    ...own,
    text: async () => (await Promise.all([shared.get(), own.text()])).join('\n'),
  };
}
