import { setTimeout as delay } from 'node:timers/promises';
import { ENGINES } from '../contracts/engines.ts';
import type { ServerEngine } from '../contracts/names.ts';
import type { Logger } from '../logging.ts';
import type { CardMemory } from './card-memory.ts';

/** An engine that shares the card, as far as its memory goes. */
export interface Tenant {
  /** What it holds and uses again for its next work, in MiB; 0 where it does not tell or is away. */
  held(signal: AbortSignal): Promise<number>;
  /** Gives back what it holds. False when there is no way to have it do so, or nothing to give. */
  leave(signal: AbortSignal): Promise<boolean>;
  /** Starts it where it was stopped to make room, and waits until it answers. */
  enter(signal: AbortSignal): Promise<void>;
}

/**
 * Before a task of `engine` starts: has the other engines free memory if what is free is less than it needs.
 * @param neededMb null: the engine's own setting; without one nobody has to leave.
 */
export type MakeRoom = (engine: ServerEngine, neededMb: number | null, signal: AbortSignal) => Promise<void>;

const POLL_MS = 250;

export function createMakeRoom(options: {
  freeMb: CardMemory;
  tenants: Readonly<Record<ServerEngine, Tenant>>;
  /** MiB; null: unknown. */
  needs: Readonly<Record<ServerEngine, number | null>>;
  /** Memory comes back after its owner has answered, or even ended. */
  waitMs: number;
  logger: Logger;
}): MakeRoom {
  const { freeMb, tenants, needs, waitMs, logger } = options;

  /** How much an engine lacks, in MiB; 0 where nobody can tell. What it holds itself it uses again. */
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
      // It may be enough all the same: the engine says so itself, in its own words.
      if (still > 0) logger.warn(`${ENGINES[engine].label} still lacks ${still} MiB of the card`);
    }
    await tenants[engine].enter(signal);
  };
}
