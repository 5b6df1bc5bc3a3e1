import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeWav } from '../../helpers/wav.ts';
import { loadConfig } from '../../../src/config.ts';
import { freePort } from '../../../src/local/stack/ports.ts';
import { startStack } from '../../../src/local/stack/stack.ts';
import { createTerminal } from '../../../src/local/terminal.ts';
import { askLoop, type LoopTold, probedEnvironment } from '../lib/ask-loop.ts';
import { hostileTasks, writeHostileFiles } from './worker-tasks.ts';

/**
 * `npm run bench:hostile -- --worker`: how long the worker's event loop, and with it its heartbeats, is held up by the
 * worst tasks that are accepted. Last line: `{"tasks","longest_turn_ms","busiest_turn_ms"}`.
 */
const LONGEST_TASK_MS = 25_000;
const POLL_MS = 200;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

export async function benchWorker(): Promise<void> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'bench-')));
  const assetRoot = path.join(folder, 'assets');
  await mkdir(path.join(assetRoot, 'voices'), { recursive: true });
  const tone = Float32Array.from({ length: 80_000 }, (_, at) => 0.5 * Math.sin(at / 10));
  await writeFile(path.join(assetRoot, 'voices', 'luna.wav'), encodeWav([tone], 16_000));
  await writeFile(path.join(assetRoot, 'voices', 'luna.txt'), 'What is said in it.');
  await writeHostileFiles(assetRoot);
  const [http, temporal, ui, redis] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const [comfyui, cosyvoice] = [await freePort(), await freePort()];
  const stack = await startStack({
    dataDir: path.join(folder, 'data'),
    cacheDir: loadConfig(process.env).cacheDir,
    assetRoot,
    logDir: path.join(folder, 'logs'),
    namespace: 'default',
    http: { host: '127.0.0.1', port: http },
    temporal: { port: temporal, uiPort: ui },
    redis: { host: '127.0.0.1', port: redis },
    chromiumExecutable: undefined,
    simulate: { comfyui: { port: comfyui }, cosyvoice: { port: cosyvoice } },
    env: { GPU_ID: `bench:${http}`, ...probedEnvironment(folder) },
    output: 'files',
    logger: createTerminal(),
  });
  const ask = async (place: string, body?: object): Promise<Record<string, unknown>> => {
    const headers = { 'Content-Type': 'application/json' };
    const post = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${stack.apiUrl}${place}`, body === undefined ? {} : post);
    return (await response.json()) as Record<string, unknown>;
  };
  try {
    const tasks = hostileTasks();
    const turns: LoopTold[] = [];
    for (const { name, body } of tasks) {
      await askLoop(folder, 'worker');
      const { task_id: id, detail } = await ask('/submit_task', body);
      if (typeof id !== 'string') {
        say(`${name}: refused at submit: ${String(detail).slice(0, 200)}`);
        continue;
      }
      const until = Date.now() + LONGEST_TASK_MS;
      let status: unknown;
      do {
        await delay(POLL_MS);
        ({ status } = await ask(`/task_status/${id}`));
      } while (status !== 'completed' && status !== 'failed' && Date.now() < until);
      if (status === 'processing' || status === 'pending') await ask(`/tasks/${id}/cancel`, {});
      const turn = await askLoop(folder, 'worker');
      turns.push(turn);
      say(
        `${name}: ${String(status)}; the longest turn ${Math.round(turn.longestMs)} ms, ${Math.round(turn.busiestMs)} ms of a processor at most`,
      );
    }
    const most = (of: 'longestMs' | 'busiestMs'): number => Math.round(Math.max(0, ...turns.map((turn) => turn[of])));
    const result = { tasks: turns.length, longest_turn_ms: most('longestMs'), busiest_turn_ms: most('busiestMs') };
    say(JSON.stringify(result));
  } finally {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
