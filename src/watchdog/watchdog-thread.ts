import { appendFile } from 'node:fs/promises';
import { write } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { formatLine } from '../logging.ts';
import { LOOK_MS, lookAgain, type LoopSeen } from './held-time.ts';
import { mainThread } from './main-loop.ts';
import { onStopSignal } from './stop-signals.ts';
import { HELD_EXIT_CODE, type WatchdogData } from './watchdog.ts';

const STDOUT = 1;
const WRITE_LIMIT_MS = 1000;

const { beats: counter, limitMs, graceMs, name, file } = workerData as WatchdogData;
let stopAsked = false;
let ending = false;
let seen: LoopSeen = { beats: Atomics.load(counter, 0), heldMs: 0 };
let lookedAt = performance.now();

/**
 * Writes without the streams of the main thread and only for a moment, because a disk or a terminal may be blocking the
 * loop.
 */
async function say(message: string): Promise<void> {
  const line = `${formatLine(new Date(), name, 'error', message)}\n`;
  const printed = new Promise<void>((resolve) => write(STDOUT, line, () => resolve()));
  const written = Promise.allSettled([appendFile(file, line), printed]);
  await Promise.race([written, delay(WRITE_LIMIT_MS)]);
}

async function end(): Promise<void> {
  ending = true;
  const { beats, heldMs } = seen;
  const place = (await mainThread.place()) ?? 'in no JavaScript: in a call of the system, or of a native module';
  // The loop may have run meanwhile.
  if (Atomics.load(counter, 0) !== beats) return void (ending = false);
  const why = stopAsked ? 'and the process was asked to stop' : 'longer than WATCHDOG_SECONDS';
  const seconds = Math.round(heldMs / 1000);
  await say(
    `❌ The event loop has been held for ${seconds} s, ${why}: ending with exit code ${HELD_EXIT_CODE}, to be started again. It is held ${place}`,
  );
  await mainThread.exit(HELD_EXIT_CODE);
}

onStopSignal(() => {
  stopAsked = true;
});

setInterval(() => {
  const now = performance.now();
  seen = lookAgain(seen, Atomics.load(counter, 0), now - lookedAt);
  lookedAt = now;
  if (!ending && seen.heldMs >= (stopAsked ? Math.min(graceMs, limitMs) : limitMs)) void end();
}, LOOK_MS);

// oxlint-disable-next-line require-post-message-target-origin -- a thread, no window
parentPort?.postMessage('watching');
