import { existsSync } from 'node:fs';
import { url as debuggerUrl } from 'node:inspector';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logging.ts';
import { LOOK_MS } from './held-time.ts';

/** Of a process whose event loop was held for too long: `EX_TEMPFAIL` of sysexits.h, so that it is told from a crash. */
export const HELD_EXIT_CODE = 75;

/** What the thread is given. */
export interface WatchdogData {
  beats: Int32Array;
  /** How long the loop may be held. */
  limitMs: number;
  /** How long it may be held once the process was asked to stop. */
  graceMs: number;
  /** Of the logger, and the file that it writes. */
  name: string;
  file: string;
}

const HEAP_MB = 32;

/**
 * Has a thread watch the event loop of this one. When the loop has been held for too long, the process ends: its supervisor starts it again,
 * while a process that is there and answers nobody would stay for ever. A debugger may hold it as long as it likes. Resolves when the thread watches.
 */
export async function startWatchdog(options: Omit<WatchdogData, 'beats'> & { logger: Logger }): Promise<void> {
  const { logger, ...rest } = options;
  const script = path.join(path.dirname(fileURLToPath(import.meta.url)), 'watchdog-thread.js');
  if (debuggerUrl() !== undefined || !existsSync(script)) return;
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: WatchdogData = { ...rest, beats };
  const thread = new Worker(script, { workerData, env: {}, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
  thread.on('error', (error) => logger.warn(`The watchdog of the event loop has ended: ${messageOf(error)}`));
  await new Promise<void>((resolve) => {
    thread.once('message', () => resolve());
    thread.once('exit', () => resolve());
  });
  thread.unref();
  setInterval(() => Atomics.add(beats, 0, 1), LOOK_MS).unref();
}
