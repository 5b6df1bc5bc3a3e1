import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logging.ts';
import type { DescribedTask } from './describe-task.ts';
import type { RunChange } from './list-changes.ts';
import type { StatusStore } from './status-store.ts';

export interface ReconcilerDeps {
  store: Pick<StatusStore, 'versions' | 'write'>;
  /**
   * Runs that began or ended at or after a moment, from Temporal's visibility; if that is null, all that have not
   * ended.
   */
  listChanges: (since: Date | null) => AsyncIterable<RunChange>;
  describe: (taskId: string, runId: string) => Promise<DescribedTask | null>;
  /** Begins to tell the webhook of a run how it ended, unless that has begun before. @throws to have it tried again. */
  announceEnd: (change: RunChange) => Promise<void>;
  /**
   * The moment from which the next pass lists changes. It is stored with the projection, so it is null if the
   * projection is new or was lost.
   */
  readCheckpoint: () => Promise<Date | null>;
  saveCheckpoint: (from: Date) => Promise<unknown>;
  intervalMs: number;
  logger: Logger;
  now: () => Date;
}

/** Visibility lags, and clocks differ, so each pass overlaps the one before by this time. */
export const OVERLAP_MS = 30_000;
/** Tasks that ended earlier are projected when their status is requested. */
const FIRST_LOOK_BACK_MS = 60 * 60 * 1000;
const PAGE = 100;

/** For each change, whether the projection has it: the same run or a later one, and final if the change is. */
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

/**
 * Projects the missing changes since a moment; if the moment is null, all tasks that have not ended. @returns the
 * number of records written.
 */
export async function reconcile(
  deps: Omit<ReconcilerDeps, 'readCheckpoint' | 'saveCheckpoint'>,
  since: Date | null,
): Promise<number> {
  let written = 0;
  const settle = async (page: readonly RunChange[]) => {
    const done = await projected(deps.store, page);
    for (const [index, { taskId, runId, task: known }] of page.entries()) {
      if (done[index]) continue;
      const task = known ?? (await deps.describe(taskId, runId));
      if (task !== null && (await deps.store.write(taskId, task.version, task.record))) written += 1;
    }
  };
  let page: RunChange[] = [];
  for await (const change of deps.listChanges(since)) {
    if (change.end !== undefined) await deps.announceEnd(change);
    page.push(change);
    if (page.length === PAGE) await settle(page.splice(0));
  }
  await settle(page);
  return written;
}

/**
 * Keeps the projection equal to Temporal until aborted. It repairs missed writes, and copies changes from the Web UI
 * (terminate, reset) within seconds, and tells webhooks of ends that nobody else told. It fills a lost projection again
 * with all tasks that have not ended.
 */
export async function runReconciler(deps: ReconcilerDeps, signal: AbortSignal): Promise<void> {
  let failing = false;
  while (!signal.aborted) {
    const begun = deps.now();
    try {
      const checkpoint = await deps.readCheckpoint();
      const lost = checkpoint === null ? await reconcile(deps, null) : 0;
      const written = await reconcile(deps, checkpoint ?? new Date(begun.getTime() - FIRST_LOOK_BACK_MS));
      if (lost + written > 0) deps.logger.debug(`${lost + written} status records repaired`);
      await deps.saveCheckpoint(new Date(begun.getTime() - OVERLAP_MS));
      failing = false;
    } catch (error) {
      if (!failing)
        deps.logger.warn(`Status records cannot be compared with Temporal now, trying again: ${messageOf(error)}`);
      failing = true;
    }
    await delay(deps.intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
