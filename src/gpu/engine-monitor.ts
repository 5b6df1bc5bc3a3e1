import { setTimeout as delay } from 'node:timers/promises';
import { ENGINE_NAMES, type Engine } from '../contracts/names.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logging.ts';

export interface EngineMonitorDeps {
  /** The tasks that wait for an engine, those first that are to run first. */
  listWaiting: (engine: Engine) => Promise<string[]>;
  /** Of each engine that is watched: whether it would take work now. Never rejects. */
  probes: Readonly<Partial<Record<Engine, () => Promise<boolean>>>>;
  wake: (taskIds: readonly string[]) => Promise<void>;
  intervalMs: number;
  logger: Logger;
}

/** One look: probes each engine that someone waits for, and wakes those who wait for one that is back. */
export async function lookAtEngines(deps: EngineMonitorDeps): Promise<void> {
  const watched = Object.entries(deps.probes) as [Engine, () => Promise<boolean>][];
  await Promise.all(
    watched.map(async ([engine, probe]) => {
      const waiting = await deps.listWaiting(engine);
      if (waiting.length === 0 || !(await probe())) return;
      deps.logger.info(`${ENGINE_NAMES[engine]} answers again; waking ${waiting.length} waiting tasks`);
      await deps.wake(waiting);
    }),
  );
}

/** Watches engines until aborted. An engine that nobody waits for is left in peace. */
export async function runEngineMonitor(deps: EngineMonitorDeps, signal: AbortSignal): Promise<void> {
  let failing = false;
  while (!signal.aborted) {
    try {
      await lookAtEngines(deps);
      failing = false;
    } catch (error) {
      if (!failing) deps.logger.warn(`Waiting tasks cannot be looked up now, trying again: ${messageOf(error)}`);
      failing = true;
    }
    await delay(deps.intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
