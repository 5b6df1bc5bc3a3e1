import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { probeMedia } from '../src/assets/probe.ts';
import { startTestStack, type TestStack } from './helpers/test-stack.ts';

const FRAMES = 240;
/** Each of its frames has to be drawn, since it moves all the time; and none was drawn for another film, since its text is its own. */
const film = (text: string, durationInFrames = FRAMES) => ({
  task_type: 'remotion_render',
  payload: {
    timeline: {
      width: 160,
      height: 284,
      durationInFrames,
      backgroundColor: '#203040',
      clips: [{ type: 'text', text, motion: 'zoom-in' }],
    },
  },
});

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.remove());

const victims: Record<string, () => (TestStack['worker'] | undefined)[]> = {
  'the worker': () => [stack.worker],
  'the API': () => [stack.server],
  'the worker and the API': () => [stack.worker, stack.server],
  Redis: () => [stack.redisServer],
  Temporal: () => [stack.temporalServer],
};

test.each(Object.keys(victims))('A task in mid-render completes when %s is killed and started again', async (name) => {
  const taskId = await stack.submit(film(name));
  await stack.poll(taskId, ({ progress }) => progress > 0.1);

  expect(await stack.status(taskId)).toMatchObject({ status: 'processing', attempts: 1 });
  const killed = (victims[name] ?? (() => []))().filter((child) => child !== undefined);
  expect(killed.length).toBeGreaterThan(0);
  const pids = killed.map((child) => child.pid());
  await Promise.all(killed.map((child) => child.kill('SIGKILL')));

  // On the way any answer but pending and processing, a 404 included, ends the poll with an error.
  const body = await stack.poll(taskId, ({ status }) => status === 'completed');
  // Until the API that was started again has reached Redis, it knows no more than Temporal does.
  const { attempts } = await stack.poll(taskId, (told) => told.attempts > 0);
  expect(attempts).toBe(killed.includes(stack.worker) ? 2 : 1);
  expect(killed.map((child) => child.pid())).not.toEqual(pids);

  const result = body.result as { output_path: string; size_bytes: number };
  const file = path.join(stack.assetRoot, result.output_path);
  expect((await stat(file)).size).toBe(result.size_bytes);
  const { video } = await probeMedia(file, AbortSignal.timeout(60_000));
  expect(Math.round((video?.durationSeconds ?? 0) * 30)).toBe(FRAMES);
});

test('A render does not start again if Temporal stops for longer than a heartbeat', async () => {
  const taskId = await stack.submit(film('Still here', 800));
  await stack.poll(taskId, ({ progress }) => progress > 0.02);
  const server = stack.temporalServer?.pid() ?? 0;
  process.kill(server, 'SIGSTOP');
  await delay(15_000);
  process.kill(server, 'SIGCONT');
  await stack.poll(taskId, ({ status }) => status === 'completed');
  const manifest = await readFile(path.join(stack.assetRoot, 'work', taskId, 'manifest.json'), 'utf8');
  expect((JSON.parse(manifest) as { attempts: object[] }).attempts).toHaveLength(1);
});

test('A pause outlives a restart of Temporal, with who made it, when and why', async () => {
  const post = (page: string, body: object = {}) =>
    fetch(`${stack.apiUrl}${page}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const queue = async () =>
    (await (await fetch(`${stack.apiUrl}/queue`)).json()) as { paused: object | null; gpu_worker?: { ok: boolean } };
  await post('/queue/pause', { reason: 'a new driver' });
  const { paused } = await queue();
  expect(paused).toMatchObject({ reason: 'a new driver', by: expect.any(String), since: expect.any(String) });
  const taskId = await stack.submit(film('After the pause', 30));
  await stack.temporalServer?.stop();
  await stack.temporalServer?.start();
  // As long as Temporal is still starting, the answer is 503 `queue_unknown`.
  await vi.waitUntil(async () => (await queue()).gpu_worker?.ok, { timeout: 60_000, interval: 100 });
  const shown = await stack.poll(taskId, ({ phase, waiting }) => phase === 'paused' && waiting?.for === 'resume');
  expect(shown).toMatchObject({ status: 'pending', waiting: { reason: expect.stringContaining('a new driver') } });
  expect(await queue()).toMatchObject({ paused, running: [], waiting: { count: 1 } });

  const resumedAt = Date.now();
  expect((await post('/queue/resume')).status).toBe(200);
  const { started_at: startedAt } = await stack.poll(taskId, ({ status }) => status === 'completed');
  expect(Date.parse(String(startedAt))).toBeGreaterThanOrEqual(resumedAt);
  expect(await queue()).toMatchObject({ paused: null });
});

test('Besides samples, only results, manifests and what later tasks may reuse are left in the asset folder', async () => {
  const files = await readdir(stack.assetRoot, { recursive: true });
  const rest = files.filter(
    (file) =>
      !/^(samples|voices)(\/|$)/.test(file) &&
      !/^(output|work|work\/[0-9a-f-]{36}|work\/\.(chunks|media|uploads))$/.test(file) &&
      !/^work\/(\.chunks\/[0-9a-f]+\.mp4|\.media\/inspected\.json)$/.test(file) &&
      !/\/((manifest|published)\.json|render_[0-9a-f-]{36}\.mp4)$/.test(file),
  );
  expect(rest).toEqual([]);
});
