import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logging.ts';
import type { DescribedTask } from './describe-task.ts';
import type { RunChange } from './list-changes.ts';
import type { StatusStore } from './status-store.ts';

export interface ReconcilerDeps {
  store: Pick<StatusStore, 'versions' | 'write'>;
  /** Runs that began or ended at or after a moment, from Temporal's visibility; if that is null, all that have not ended. */
  listChanges: (since: Date | null) => AsyncIterable<RunChange>;
  describe: (taskId: string, runId: string) => Promise<DescribedTask | null>;
  /** The moment from which the next pass looks. It is kept with the projection: null when that is new, or was lost. */
  readCheckpoint: () => Promise<Date | null>;
  saveCheckpoint: (from: Date) => Promise<unknown>;
  intervalMs: number;
  logger: Logger;
  now: () => Date;
}

/** Visibility lags, and clocks differ: each pass looks back over so much that earlier ones saw. */
const OVERLAP_MS = 30_000;
/** Tasks that ended earlier are projected when someone asks for them. */
const FIRST_LOOK_BACK_MS = 60 * 60 * 1000;
const PAGE = 100;

/** Whether each change is projected: the same run or a later one, and as final. */
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

/** Projects the changes since a moment that are not projected yet; if that is null, all tasks that have not ended. @returns how many it wrote. */
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
    page.push(change);
    if (page.length === PAGE) await settle(page.splice(0));
  }
  await settle(page);
  return written;
}

/**
 * Keeps the projection true to Temporal until aborted. What a status write missed, and what operators did in the Web UI (terminate,
 * reset), shows within seconds. A projection that was lost is filled again with all tasks that have not ended.
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
