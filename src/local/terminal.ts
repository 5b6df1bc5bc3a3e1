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
