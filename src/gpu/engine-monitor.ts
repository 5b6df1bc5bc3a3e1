import { setTimeout as delay } from 'node:timers/promises';
import { ENGINES } from '../contracts/engines.ts';
import type { ServerEngine } from '../contracts/names.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logging.ts';

export interface EngineMonitorDeps {
  /** The tasks that wait for an engine, in the order in which they are to run. */
  listWaiting: (engine: ServerEngine) => Promise<string[]>;
  /** For each engine, whether it accepts work now. Never rejects. */
  probes: Readonly<Record<ServerEngine, () => Promise<boolean>>>;
  wake: (taskIds: readonly string[]) => Promise<void>;
  intervalMs: number;
  logger: Logger;
}

/** If an engine answers but refuses its tasks, the delay before the next wake grows up to this. */
const LONGEST_REST_MS = 300_000;

/** For each engine, the tasks that were woken last, and when tasks may be woken again. */
export type Wakings = Partial<Record<ServerEngine, { woken: ReadonlySet<string>; restMs: number; notBefore: number }>>;

/**
 * Probes once each engine that tasks wait for, and wakes the tasks of those that answer.
 * @param wakings the state from earlier probes; this function changes it.
 */
export async function probeEngines(
  deps: EngineMonitorDeps,
  wakings: Wakings = {},
  now: () => number = () => performance.now(),
): Promise<void> {
  const watched = Object.entries(deps.probes) as [ServerEngine, () => Promise<boolean>][];
  await Promise.all(
    watched.map(async ([engine, probe]) => {
      const waiting = await deps.listWaiting(engine);
      const last = wakings[engine];
      if (waiting.length === 0 || now() < (last?.notBefore ?? 0)) return;
      if (!(await probe())) {
        delete wakings[engine];
        return;
      }
      const cameBack = last !== undefined && waiting.some((taskId) => last.woken.has(taskId));
      const restMs = cameBack ? Math.min(2 * last.restMs, LONGEST_REST_MS) : deps.intervalMs;
      if (cameBack)
        deps.logger.warn(`${ENGINES[engine].label} answers but refused its tasks; waking ${waiting.length}`);
      else deps.logger.info(`${ENGINES[engine].label} answers again; waking ${waiting.length} waiting tasks`);
      await deps.wake(waiting);
      wakings[engine] = { woken: new Set(waiting), restMs, notBefore: cameBack ? now() + restMs : 0 };
    }),
  );
}

/** Watches engines until aborted. An engine that no task waits for is not probed. */
export async function runEngineMonitor(deps: EngineMonitorDeps, signal: AbortSignal): Promise<void> {
  let failing = false;
  const wakings: Wakings = {};
  while (!signal.aborted) {
    try {
      await probeEngines(deps, wakings);
      failing = false;
    } catch (error) {
      if (!failing) deps.logger.warn(`Waiting tasks cannot be listed now, trying again: ${messageOf(error)}`);
      failing = true;
    }
    await delay(deps.intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
