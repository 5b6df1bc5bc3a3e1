import { messageOf } from '../errors.ts';
import { visible } from '../log/one-line.ts';
import type { Logger } from '../logging.ts';

const out = (message: string): void => void process.stdout.write(`${visible(message)}\n`);

/** A logger for people at a terminal: the message alone, without time and name. Errors go to standard error. */
export function createTerminal(): Logger {
  const terminal: Logger = {
    debug: () => undefined,
    info: out,
    warn: out,
    error: (message) => void process.stderr.write(`${visible(message)}\n`),
    named: () => terminal,
  };
  return terminal;
}

/** Runs a command to its end, and ends the process. If the command fails, its reader gets one message. */
export async function runMain(main: () => Promise<void>, logger: Logger): Promise<void> {
  try {
    await main();
    process.exit(0);
  } catch (error) {
    logger.error(messageOf(error));
    process.exit(1);
  }
}
