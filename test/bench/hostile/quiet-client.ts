import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * A client in a thread of its own, which asks for a status every few ms and tells, when it is asked, how long it waited
 * at most since it was asked before.
 */
const EVERY_MS = 3;
const { url } = workerData as { url: string };
const agent = new http.Agent({ keepAlive: true });
let longest = 0;
let began = performance.now();
let isAsking = false;

const waited = (): number => Math.max(longest, isAsking ? performance.now() - began : 0);

parentPort?.on('message', () => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort?.postMessage(waited());
  longest = 0;
});

async function ask(): Promise<void> {
  began = performance.now();
  isAsking = true;
  await new Promise<void>((resolve, reject) => {
    const request = http.get(url, { agent }, (response) => response.resume().on('end', resolve).on('error', reject));
    request.on('error', reject);
  });
  isAsking = false;
  longest = Math.max(longest, performance.now() - began);
}

for (;;) {
  // Who is not answered waits until somebody does.
  await ask().catch(() => undefined);
  await delay(EVERY_MS);
}
