import type { Outbox } from './outbox.ts';
import type { StatusTeller } from './status-teller.ts';

/** The steps of a large pipeline often change at the same time, and its status is read from all of them. */
const PIPELINE_MS = 300;

/** Reads the statuses of pipelines again, each a moment after the first of several changes. */
export function createReadLater(teller: Pick<StatusTeller, 'forget'>) {
  const timers = new Map<string, NodeJS.Timeout>();
  return {
    read(pipeline: string, outbox: Outbox): void {
      if (timers.has(pipeline)) return;
      const timer = setTimeout(() => {
        timers.delete(pipeline);
        teller.forget(pipeline);
        outbox.put({ kind: 'status', taskId: pipeline, id: '' });
      }, PIPELINE_MS);
      timers.set(pipeline, timer);
    },
    close(): void {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
