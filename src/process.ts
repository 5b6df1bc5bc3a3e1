import path from 'node:path';
import type { Config } from './config.ts';
import { messageOf } from './errors.ts';
import type { createLogger, Logger } from './logging.ts';
import { startWatchdog } from './watchdog/watchdog.ts';

/** Log files are written asynchronously, so the last line needs some time. */
const FLUSH_MS = 200;

/**
 * Runs a process from its configuration to its end. A failure ends it with one clear line and exit code 1; an event
 * loop that is blocked for too long ends it with `HELD_EXIT_CODE`.
 * @param options.file its log file's name, in LOG_DIR.
 */
export async function runProcess(options: {
  name: string;
  file: string;
  loadConfig: (env: NodeJS.ProcessEnv) => Config;
  createLogger: typeof createLogger;
  main: (config: Config, logger: Logger) => Promise<void>;
}): Promise<void> {
  let logger: Logger | undefined;
  const fail = (error: unknown): void => {
    if (logger === undefined) process.stderr.write(`${messageOf(error)}\n`);
    else logger.error(`❌ ${messageOf(error)}`);
    process.exitCode = 1;
    setTimeout(() => process.exit(), FLUSH_MS);
  };
  // A supervisor starts the process again; the log says why.
  process.on('unhandledRejection', fail);
  process.on('uncaughtException', fail);
  try {
    const config = options.loadConfig(process.env);
    const { name, file } = options;
    logger = options.createLogger({ name, file, ...config.log });
    const { watchdogMs: limitMs, shutdownGraceMs: graceMs } = config;
    if (limitMs > 0) await startWatchdog({ limitMs, graceMs, name, file: path.join(config.log.dir, file), logger });
    await options.main(config, logger);
    process.exitCode ??= 0;
    setTimeout(() => process.exit(), FLUSH_MS);
  } catch (error) {
    fail(error);
  }
}

/** Reports to a supervising parent that this process is ready. */
export function announceReady(): void {
  process.send?.({ type: 'ready' });
}

/**
 * Resolves when the process must stop: because of SIGINT, SIGTERM, or the end of its supervising parent.
 * @returns the cause.
 */
export function stopRequested(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
    if (process.connected) process.once('disconnect', () => resolve('the parent process has ended'));
  });
}
