import type { Config } from '../config.ts';
import { forServerEngines } from '../contracts/names.ts';
import type { Engines } from '../engines/engines.ts';
import { createCardMemory } from '../gpu/card-memory.ts';
import { createMakeRoom, type MakeRoom } from '../gpu/make-room.ts';
import type { Logger } from '../logging.ts';

const WAIT_MS = 30_000;

/** Has the engines of the configuration share the memory of one card. */
export const shareCard = (parts: { config: Config; engines: Engines; logger: Logger }): MakeRoom =>
  createMakeRoom({
    freeMb: createCardMemory(parts.config.card.device),
    tenants: forServerEngines((engine) => parts.engines[engine].tenant),
    needs: forServerEngines((engine) => parts.config.engines[engine].neededMb),
    waitMs: WAIT_MS,
    logger: parts.logger,
  });
