import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logging.ts';
import type { DescribedTask } from '../temporal/describe-task.ts';
import type { RunChange } from '../temporal/list-changes.ts';
import type { StatusStore } from './status-store.ts';

export interface ReconcilerDeps {
  store: Pick<StatusStore, 'versions' | 'write'>;
  /** Runs that began or ended at or after a moment, as Temporal's visibility tells. */
  listChanges: (since: Date) => AsyncIterable<RunChange>;
  describe: (taskId: string, runId: string) => Promise<DescribedTask | null>;
  /** Keeps the moment from which the next pass looks, for the next process. */
  saveCheckpoint: (from: Date) => Promise<unknown>;
  intervalMs: number;
  logger: Logger;
  now: () => Date;
}

/** Visibility lags behind, and clocks differ: each pass looks back over this much that earlier ones saw. */
const OVERLAP_MS = 30_000;
const PAGE = 100;

/** Projected already: the same or a later run, in a state that is as final. */
async function projected(store: ReconcilerDeps['store'], changes: readonly RunChange[]): Promise<boolean[]> {
  const versions = await store.versions(changes.map(({ taskId }) => taskId));
  return changes.map((change, index) => {
    const stored = versions[index];
    if (stored == null) return false;
    return (
      stored.runStartedAt > change.startedAt ||
      (stored.runStartedAt === change.startedAt && (stored.final || !change.closed))
    );
  });
}

/** One pass: projects every change since a moment that is not projected yet. @returns how many it wrote. */
export async function reconcile(deps: ReconcilerDeps, since: Date): Promise<number> {
  let written = 0;
  const settle = async (page: readonly RunChange[]) => {
    const done = await projected(deps.store, page);
    for (const [index, { taskId, runId }] of page.entries()) {
      if (done[index]) continue;
      const task = await deps.describe(taskId, runId);
      if (task !== null && (await deps.store.write(taskId, task.version, task.record))) written += 1;
    }
  };
  let page: RunChange[] = [];
  for await (const change of deps.listChanges(since)) {
    page.push(change);
    if (page.length === PAGE) await settle(page.splice(0));
  }
  await settle(page);
  return written;
}

/**
 * Keeps the projection true to Temporal until aborted: what a status write missed, and what operators did in the Web UI
 * (terminate, reset), shows within seconds. Begins with what happened since `since`.
 */
export async function runReconciler(deps: ReconcilerDeps, since: Date, signal: AbortSignal): Promise<void> {
  let from = since;
  let failing = false;
  while (!signal.aborted) {
    const begun = deps.now();
    try {
      const written = await reconcile(deps, from);
      if (written > 0) deps.logger.debug(`${written} status records repaired`);
      from = new Date(begun.getTime() - OVERLAP_MS);
      await deps.saveCheckpoint(from);
      failing = false;
    } catch (error) {
      if (!failing)
        deps.logger.warn(`Status records cannot be compared with Temporal now, trying again: ${messageOf(error)}`);
      failing = true;
    }
    await delay(deps.intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
