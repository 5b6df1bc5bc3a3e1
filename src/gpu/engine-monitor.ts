import { setTimeout as delay } from 'node:timers/promises';
import { ENGINES } from '../contracts/engines.ts';
import type { ServerEngine } from '../contracts/names.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logging.ts';

export interface EngineMonitorDeps {
  /** The tasks that wait for an engine, those first that are to run first. */
  listWaiting: (engine: ServerEngine) => Promise<string[]>;
  /** Of each engine: whether it would take work now. Never rejects. */
  probes: Readonly<Record<ServerEngine, () => Promise<boolean>>>;
  wake: (taskIds: readonly string[]) => Promise<void>;
  intervalMs: number;
  logger: Logger;
}

/** Tasks that were woken and wait again for an engine that answers: each time the next waking comes later, at most so late. */
const LONGEST_REST_MS = 300_000;

/** What was woken last, and when that may be done again. */
export type Wakings = Partial<Record<ServerEngine, { woken: ReadonlySet<string>; restMs: number; notBefore: number }>>;

/**
 * One look: probes each engine that someone waits for, and wakes those who wait for one that is back.
 * @param wakings of earlier looks; changed.
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
        deps.logger.warn(`${ENGINES[engine].label} answers and yet did not take its tasks; waking ${waiting.length}`);
      else deps.logger.info(`${ENGINES[engine].label} answers again; waking ${waiting.length} waiting tasks`);
      await deps.wake(waiting);
      wakings[engine] = { woken: new Set(waiting), restMs, notBefore: cameBack ? now() + restMs : 0 };
    }),
  );
}

/** Watches engines until aborted. An engine that nobody waits for is left in peace. */
export async function runEngineMonitor(deps: EngineMonitorDeps, signal: AbortSignal): Promise<void> {
  let failing = false;
  const wakings: Wakings = {};
  while (!signal.aborted) {
    try {
      await probeEngines(deps, wakings);
      failing = false;
    } catch (error) {
      if (!failing) deps.logger.warn(`Waiting tasks cannot be looked up now, trying again: ${messageOf(error)}`);
      failing = true;
    }
    await delay(deps.intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
