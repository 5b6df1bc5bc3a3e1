import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

/**
 * Preloaded (`node --import`) into a program of ours: notes the longest time between two turns of its event loop, and
 * the most that one took of a processor, and tells both to whoever connects to its socket; then it begins anew. Other
 * programs that inherit the preload do nothing.
 */
const EVERY_MS = 5;

/** What the main thread has used of a processor; Linux alone counts it for threads. */
function threadCpuMs(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;
  } catch {
    return 0;
  }
}

const { LOOP_PROBE_FOLDER: folder } = process.env;
const name = /dist\/src\/(server|worker)\.js$/.exec(process.argv[1] ?? '')?.[1];

if (folder !== undefined && name !== undefined) {
  let last = performance.now();
  let lastCpu = threadCpuMs();
  let longest = 0;
  let busiest = 0;
  const note = (): void => {
    const now = performance.now();
    const cpu = threadCpuMs();
    longest = Math.max(longest, now - last - EVERY_MS);
    busiest = Math.max(busiest, cpu - lastCpu);
    [last, lastCpu] = [now, cpu];
  };
  setInterval(note, EVERY_MS).unref();
  const file = path.join(folder, `${name}.sock`);
  rmSync(file, { force: true });
  createServer((socket) => {
    note();
    socket.on('error', () => undefined);
    socket.end(JSON.stringify({ longestMs: longest, busiestMs: busiest }));
    [longest, busiest] = [0, 0];
  })
    .listen(file)
    .unref();
}
