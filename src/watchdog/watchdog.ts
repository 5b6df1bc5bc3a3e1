import { existsSync } from 'node:fs';
import { url as debuggerUrl } from 'node:inspector';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logging.ts';
import { LOOK_MS } from './held-time.ts';

/**
 * The exit code of a process whose event loop was blocked for too long: `EX_TEMPFAIL` of sysexits.h, which
 * distinguishes it from a crash.
 */
export const HELD_EXIT_CODE = 75;

/** The data of the thread. */
export interface WatchdogData {
  beats: Int32Array;
  /** How long the loop may be blocked. */
  limitMs: number;
  /** How long it may be blocked after the process was asked to stop. */
  graceMs: number;
  /** The name and the file of the logger. */
  name: string;
  file: string;
}

const HEAP_MB = 32;

/**
 * Starts a thread that watches the event loop of this one. If the loop is blocked for too long, the process ends, so
 * that its supervisor starts it again; otherwise it would stay alive without answering. A debugger may block it without
 * limit. Resolves when the thread is watching.
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
