import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { startApiStack } from './stack.ts';
import { hostileBodies, type HostileBody } from './bodies.ts';

/** `npm run bench:hostile [-- --at-once 40]`: how long others wait while one client sends the worst that we know. */
const { values } = parseArgs({ options: { 'at-once': { type: 'string', default: '40' } } });
const atOnce = Number(values['at-once']);
const NO_TASK = '/status/00000000-0000-4000-8000-000000000000';
const MB = 1024 * 1024;
const GIVE_UP_MS = 120_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const stack = await startApiStack();
const quiet = new Worker(new URL('quiet-client.js', import.meta.url), { workerData: { url: stack.apiUrl + NO_TASK } });
const longestWait = (): Promise<number> =>
  new Promise((resolve) => {
    quiet.once('message', resolve);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    quiet.postMessage('tell');
  });
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stack.remove().finally(() => process.exit(130)));

/** The status that it was answered with, or why it was not. */
async function send({ path, body }: HostileBody): Promise<string> {
  const headers = { 'Content-Type': 'application/json' };
  try {
    const signal = AbortSignal.timeout(GIVE_UP_MS);
    const response = await fetch(stack.apiUrl + path, { method: 'POST', headers, body, signal });
    await response.arrayBuffer();
    return String(response.status);
  } catch (error) {
    return (error as Error).message;
  }
}

try {
  const bodies = hostileBodies();
  for (const one of bodies.slice(0, 5)) await send(one);
  say(`Nobody else asks: ${Math.round(await longestWait())} ms`);
  const before = stack.apiMemory();
  const waits: number[] = [];
  for (const times of [1, atOnce])
    for (const one of bodies) {
      await longestWait();
      const answers = await Promise.all(Array.from({ length: times }, () => send(one)));
      const wait = await longestWait();
      waits.push(wait);
      say(`${times} × ${one.name}: ${[...new Set(answers)].join(', ')}; ${Math.round(wait)} ms`);
    }
  const result = {
    bodies: bodies.length,
    longest_wait_ms: Math.round(Math.max(...waits)),
    deaths: stack.deaths(),
    rss_growth_mb: Math.round((stack.apiMemory() - before) / MB),
  };
  say(JSON.stringify(result));
  process.exitCode = result.deaths === 0 ? 0 : 1;
} finally {
  await quiet.terminate();
  await stack.remove();
}
