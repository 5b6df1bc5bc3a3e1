import { setTimeout as delay } from 'node:timers/promises';
import { ENGINES } from '../contracts/engines.ts';
import type { ServerEngine } from '../contracts/names.ts';
import type { Logger } from '../logging.ts';
import type { CardMemory } from './card-memory.ts';

/** An engine that shares the memory of the card. */
export interface Tenant {
  /** The memory in MiB that it holds and will use again for its next task; 0 if unknown. */
  held(signal: AbortSignal): Promise<number>;
  /** Frees its memory. @returns false if it cannot, or holds none. */
  leave(signal: AbortSignal): Promise<boolean>;
  /** Starts the engine if it was stopped to make room, and waits until it answers. */
  enter(signal: AbortSignal): Promise<void>;
}

/** For an engine that cannot free memory and is never stopped to make room. */
export const STAYS_ON_CARD: Tenant = {
  held: () => Promise.resolve(0),
  leave: () => Promise.resolve(false),
  enter: () => Promise.resolve(),
};

/**
 * Makes the other engines free memory if `engine` needs more than is free. Called before a task of `engine` starts.
 * @param neededMb null for the setting of the engine; without that setting, nothing is freed.
 */
export type MakeRoom = (engine: ServerEngine, neededMb: number | null, signal: AbortSignal) => Promise<void>;

const POLL_MS = 250;

export function createMakeRoom(options: {
  freeMb: CardMemory;
  tenants: Readonly<Record<ServerEngine, Tenant>>;
  /** MiB; null: unknown. */
  needs: Readonly<Record<ServerEngine, number | null>>;
  /** How long to wait for the memory. It may become free only after its owner has answered, or even ended. */
  waitMs: number;
  logger: Logger;
}): MakeRoom {
  const { freeMb, tenants, needs, waitMs, logger } = options;

  /** The memory in MiB that an engine lacks, counting what it holds already; 0 if unknown. */
  async function lacking(engine: ServerEngine, needed: number, signal: AbortSignal): Promise<number> {
    const free = await freeMb(signal);
    if (free === null || free >= needed) return 0;
    return Math.max(0, needed - free - (await tenants[engine].held(signal)));
  }

  async function waitForRoom(engine: ServerEngine, needed: number, signal: AbortSignal): Promise<number> {
    const until = performance.now() + waitMs;
    for (;;) {
      const lacks = await lacking(engine, needed, signal);
      if (lacks === 0 || performance.now() >= until) return lacks;
      await delay(POLL_MS, undefined, { signal });
    }
  }

  return async (engine, neededMb, signal) => {
    const needed = neededMb ?? needs[engine];
    const others = (Object.keys(tenants) as ServerEngine[]).filter((other) => other !== engine);
    const lacks = needed === null ? 0 : await lacking(engine, needed, signal);
    if (needed !== null && lacks > 0) {
      logger.info(`${ENGINES[engine].label} needs ${needed} MiB of the card and lacks ${lacks}: making room`);
      const left = await Promise.all(others.map((other) => tenants[other].leave(signal)));
      const still = left.includes(true) ? await waitForRoom(engine, needed, signal) : lacks;
      // The engine may succeed anyway; otherwise it reports its own error.
      if (still > 0) logger.warn(`${ENGINES[engine].label} still lacks ${still} MiB of the card`);
    }
    await tenants[engine].enter(signal);
  };
}
