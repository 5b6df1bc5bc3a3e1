import { setTimeout as delay } from 'node:timers/promises';
import { runShellCommand } from '../drivers/shell-command.ts';
import type { Tenant } from '../gpu/make-room.ts';
import type { Logger } from '../logging.ts';

/** The time limit of a stop or start command, and of the start of a server that loads its model. */
const COMMAND_MS = 300_000;
const POLL_MS = 1000;

/** A setting with a shell command; without the command nothing is run. */
interface CommandSetting {
  name: string;
  command: string | undefined;
}

/**
 * A server without a call to unload its model: the operator's commands stop it to free the card, and start it again.
 */
export function createStartStopTenant(options: {
  isUp: () => Promise<boolean>;
  stop: CommandSetting;
  start: CommandSetting;
  logger: Logger;
}): Tenant {
  const { isUp, stop, start, logger } = options;
  const run = async (name: string, command: string, signal: AbortSignal): Promise<boolean> => {
    // Its text may contain secrets.
    logger.info(`Running ${name}`);
    const well = await runShellCommand(command, COMMAND_MS, signal);
    signal.throwIfAborted();
    if (!well) logger.error(`${name} failed`);
    return well;
  };
  return {
    // Its model stays loaded while it runs, so its next task needs no more memory.
    held: () => Promise.resolve(0),
    async leave(signal) {
      if (stop.command === undefined || !(await isUp())) return false;
      return run(stop.name, stop.command, signal);
    },
    async enter(signal) {
      if (start.command === undefined || (await isUp())) return;
      const until = performance.now() + COMMAND_MS;
      if (!(await run(start.name, start.command, signal))) return;
      // If the server does not start, the task that needs it reports this.
      while (!(await isUp()) && performance.now() < until) await delay(POLL_MS, undefined, { signal });
    },
  };
}
