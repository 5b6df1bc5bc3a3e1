import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { forServerEngines } from '../contracts/names.ts';
import type { ComfyuiDriver } from '../drivers/comfyui/driver.ts';
import type { CosyvoiceDriver } from '../drivers/cosyvoice/driver.ts';
import { runShellCommand } from '../drivers/shell-command.ts';
import { messageOf } from '../errors.ts';
import { createCardMemory } from '../gpu/card-memory.ts';
import { createMakeRoom, type MakeRoom, type Tenant } from '../gpu/make-room.ts';
import type { Logger } from '../logging.ts';

/** Of a stop or start command, and of the start of a server that loads its model. */
const COMMAND_MS = 300_000;
const WAIT_MS = 30_000;
const POLL_MS = 1000;

interface Parts {
  config: Config;
  comfyui: ComfyuiDriver;
  cosyvoice: CosyvoiceDriver;
  logger: Logger;
}

const comfyuiTenant = ({ comfyui, logger }: Parts): Tenant => ({
  held: (signal) => comfyui.heldMemory(signal),
  async leave(signal) {
    try {
      await comfyui.freeMemory({ signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      logger.warn(`ComfyUI makes no room: ${messageOf(error)}`);
      return false;
    }
  },
  enter: () => Promise.resolve(),
});

/** CosyVoice has no call to unload its model: it leaves the card by being stopped. */
function cosyvoiceTenant({ config, cosyvoice, logger }: Parts): Tenant {
  const { stopCommand, startCommand } = config.cosyvoice;
  const command = async (name: string, text: string, signal: AbortSignal): Promise<boolean> => {
    // Its text may hold secrets.
    logger.info(`Running ${name}`);
    const well = await runShellCommand(text, COMMAND_MS, signal);
    signal.throwIfAborted();
    if (!well) logger.error(`${name} failed`);
    return well;
  };
  return {
    // Its model stays loaded while it runs, so that what it needs to speak is what the card lacks.
    held: () => Promise.resolve(0),
    async leave(signal) {
      if (stopCommand === undefined || !(await cosyvoice.check()).up) return false;
      return command('COSYVOICE_STOP_COMMAND', stopCommand, signal);
    },
    async enter(signal) {
      if (startCommand === undefined || (await cosyvoice.check()).up) return;
      const until = performance.now() + COMMAND_MS;
      if (!(await command('COSYVOICE_START_COMMAND', startCommand, signal))) return;
      // One that does not come up is told of by the task that needs it.
      while (!(await cosyvoice.check()).up && performance.now() < until) await delay(POLL_MS, undefined, { signal });
    },
  };
}

/** The engines of the configuration as tenants of one card. */
export const createRoomMaker = (parts: Parts): MakeRoom =>
  createMakeRoom({
    freeMb: createCardMemory(parts.config.card.device),
    tenants: { comfyui: comfyuiTenant(parts), cosyvoice: cosyvoiceTenant(parts) },
    needs: forServerEngines((engine) => parts.config.engines[engine].neededMb),
    waitMs: WAIT_MS,
    logger: parts.logger,
  });
