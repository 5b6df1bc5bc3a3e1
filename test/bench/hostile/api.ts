import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { hostileBodies } from './bodies.ts';
import { createSender } from './send.ts';
import { askLoop, type LoopTold, probedEnvironment } from '../lib/ask-loop.ts';
import { residentBytes, startBenchChildren } from '../lib/bench-children.ts';

const MB = 1024 * 1024;
const GOAL_MS = 100;
const TRIES = 3;
const QUIET_MS = 300;
/** Until what was made for the requests is let go. */
const SETTLE_MS = 10_000;
const LOWER = 10;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Measured {
  wait: number;
  loop: LoopTold;
  slowest: number;
  statuses: string;
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

const ms = (number: number): string => `${Math.round(number)} ms`;

/** A task that waits for the card, as most tasks that are asked for do. */
async function submitQuietTask(apiUrl: string): Promise<string> {
  const response = await fetch(`${apiUrl}/submit_task`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      task_type: 'remotion_render',
      payload: { timeline: { width: 64, height: 64, durationInFrames: 30, clips: [{ type: 'text', text: 'quiet' }] } },
    }),
  });
  const { task_id: taskId } = (await response.json()) as { task_id?: string };
  if (taskId === undefined) throw new Error(`The quiet client's task was refused (HTTP ${response.status})`);
  return taskId;
}

/**
 * How long others wait while one client sends the worst that we know, each body once, then many times at once. What the
 * machine itself makes the quiet client wait, with nobody else asking, is measured before each body; a wait that is
 * longer by more than the goal is measured again and counts only if it comes again, since others may use the machine.
 * Client and stack share its processors, so the part that sends has a lower priority than all that is measured.
 */
export async function benchApi({ atOnce, only }: { atOnce: number; only: string }): Promise<void> {
  const stack = await startBenchChildren(probedEnvironment);
  const apiLoop = (): Promise<LoopTold> => askLoop(stack.folder, 'server');
  const apiMemory = (): number => residentBytes(stack.api.pid);
  const quiet = new Worker(new URL('quiet-client.js', import.meta.url), {
    workerData: { url: `${stack.apiUrl}/task_status/${await submitQuietTask(stack.apiUrl)}` },
  });
  // On Linux that of this thread alone: the quiet client has its own already.
  if (process.platform === 'linux') setPriority(LOWER);
  const longestWait = (): Promise<number> =>
    new Promise((resolve) => {
      quiet.once('message', resolve);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
      quiet.postMessage('tell');
    });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stack.remove().finally(() => process.exit(130)));

  const send = createSender(stack.apiUrl);
  const idle: number[] = [];

  async function measureOnce(
    path: '/submit_task' | '/submit_pipeline',
    body: Buffer,
    times: number,
  ): Promise<Measured> {
    await longestWait();
    await delay(QUIET_MS);
    idle.push(await longestWait());
    await apiLoop();
    const answers = await Promise.all(Array.from({ length: times }, () => send({ path, body })));
    const [wait, loop] = [await longestWait(), await apiLoop()];
    const statuses = [...new Set(answers.map(({ status }) => status))].join(', ');
    return { wait, loop, slowest: Math.max(...answers.map((answer) => answer.ms)), statuses };
  }

  /** The least of several tries, where the first is too long. */
  async function measure(path: '/submit_task' | '/submit_pipeline', body: Buffer, times: number): Promise<Measured[]> {
    const tries: Measured[] = [];
    do tries.push(await measureOnce(path, body, times));
    while (tries.length < TRIES && (tries.at(-1)?.wait ?? 0) - median(idle) > GOAL_MS);
    return tries.toSorted((a, b) => a.wait - b.wait);
  }

  try {
    const bodies = hostileBodies().filter(({ name }) => only.split(';').some((words) => name.includes(words)));
    const cold = apiMemory();
    const waits: number[] = [];
    let warm = cold;
    for (const times of [1, atOnce]) {
      for (const { name, path, body } of bodies) {
        const tries = await measure(path, Buffer.from(body), times);
        const [best] = tries;
        if (best === undefined) continue;
        waits.push(best.wait);
        const more = tries.length > 1 ? ` (of ${tries.map(({ wait }) => ms(wait)).join(', ')})` : '';
        say(
          `${times} × ${name}: ${best.statuses} after ${ms(best.slowest)}; others waited ${ms(best.wait)}${more}, the longest turn ${ms(best.loop.longestMs)}, ${ms(best.loop.busiestMs)} of a processor at most`,
        );
      }
      if (times === atOnce) break;
      await delay(SETTLE_MS);
      warm = apiMemory();
    }
    await delay(SETTLE_MS);
    const after = apiMemory();
    say(`Nobody else asks: ${ms(median(idle))} as a rule, ${ms(Math.max(...idle))} at most`);
    const inMb = (bytes: number): string => `${Math.round(bytes / MB)} MB`;
    say(`Memory of the API: ${inMb(cold)} at first, ${inMb(warm)} after each body once, ${inMb(after)} after all`);
    const result = {
      bodies: bodies.length,
      longest_wait_ms: Math.round(Math.max(...waits)),
      deaths: stack.deaths(),
      rss_growth_mb: Math.round((after - warm) / MB),
    };
    say(JSON.stringify(result));
    process.exitCode = result.deaths === 0 ? 0 : 1;
  } finally {
    await quiet.terminate();
    await stack.remove();
  }
}
