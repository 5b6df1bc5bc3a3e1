import { createHash } from 'node:crypto';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RenderResult } from '../src/contracts/render.ts';
import { freePort } from '../src/local/stack/ports.ts';
import { FAMILIES } from '../src/metrics/families.ts';
import { samplesFolder } from '../src/host/examples-folder.ts';
import type { TaskStatusBody } from '../src/contracts/task-status.ts';
import { BAD_REQUESTS, sendRaw } from './helpers/bad-requests.ts';
import { curlExamples, runExample, runScript } from './helpers/document-examples.ts';
import { familiesOf, samplesOf } from './helpers/exposition.ts';
import { SDK_METRICS } from './helpers/sdk-metrics.ts';
import { scratchFolder } from './helpers/scratch.ts';
import { startTestStack, type TestStack } from './helpers/test-stack.ts';

let stack: TestStack;
let sdkMetrics: string;
beforeAll(async () => {
  sdkMetrics = `127.0.0.1:${await freePort()}`;
  stack = await startTestStack({ env: { TEMPORAL_METRICS_ADDRESS: sdkMetrics } });
  await writeFile(path.join(stack.assetRoot, 'picture.png'), 'x');
  await writeFile(path.join(stack.assetRoot, 'empty.png'), '');
  await symlink('/etc/hostname', path.join(stack.assetRoot, 'escape.png'));
});
afterAll(() => stack.remove());

describe('The documents', () => {
  test('show a first task that gives the answers of README.md', async () => {
    const [submit, status] = await curlExamples('README.md');
    if (submit === undefined || status?.answer === undefined) throw new Error('an example is missing');
    const accepted = (await runExample(stack.apiUrl, submit.command)) as { status: string; task_id: string };
    expect(accepted.status).toBe('queued');
    expect(accepted.task_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

    await stack.poll(accepted.task_id, (body) => body.status === 'completed');
    const body = (await runExample(stack.apiUrl, status.command, { TASK_ID: accepted.task_id })) as TaskStatusBody;
    const shown = JSON.parse(status.answer) as TaskStatusBody;
    expect(Object.keys(body).toSorted()).toEqual(Object.keys(shown).toSorted());
    const result = body.result as RenderResult;
    const answer = JSON.parse(status.answer.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4,12}){4}/g, accepted.task_id)) as {
      result: RenderResult;
    };
    // These differ from one machine to the next.
    const { size_bytes, sha256, render_seconds } = result;
    const files = answer.result.files.map((file) => ({ ...file, size_bytes, sha256 }));
    expect(result).toEqual({ ...answer.result, files, size_bytes, sha256, render_seconds });
    for (const address of [result.video_path, result.files[0]?.url]) {
      const film = await fetch(`${stack.apiUrl}${address}`);
      expect(film.headers.get('content-type')).toBe('video/mp4');
      expect(
        createHash('sha256')
          .update(Buffer.from(await film.arrayBuffer()))
          .digest('hex'),
      ).toBe(sha256);
    }
  });

  test('show a bad request that is refused as docs/api.md says', async () => {
    const bad = (await curlExamples('docs/api.md')).find(({ answer }) => answer?.includes('"errors"'));
    if (bad?.answer === undefined) throw new Error('the example is missing');
    const refused = (await runExample(stack.apiUrl, bad.command)) as { errors: unknown; status: number };
    expect(refused).toMatchObject({ status: 422, errors: (JSON.parse(bad.answer) as { errors: unknown }).errors });
  });
});

test('The commands of docs/quick-start-remote.md send a picture and fetch a film of it', async () => {
  const cwd = await scratchFolder();
  const { stdout } = await runScript('docs/quick-start-remote.md', {
    cwd,
    replace: [
      ['http://gpu.example:8000', stack.apiUrl],
      ['gpu_…', 'key'],
    ],
  });
  expect(stdout).toContain('"path":"inputs/fox.jpg"');
  expect(stdout).toContain('"done":true');
  expect((await readFile(path.join(cwd, 'film.mp4'))).toString('latin1', 4, 8)).toBe('ftyp');
  expect((await readFile(path.join(cwd, 'poster.jpg'))).toString('hex', 0, 2)).toBe('ffd8');
});

test('Music that a client sends over HTTP becomes part of a film, which it fetches over HTTP', async () => {
  const music = await readFile(path.join(samplesFolder(), 'samples/calm.mp3'));
  const sent = await fetch(`${stack.apiUrl}/assets/inputs/calm.mp3`, { method: 'PUT', body: new Uint8Array(music) });
  expect(sent.status).toBe(201);
  const { path: audioSrc } = (await sent.json()) as { path: string };
  const timeline = { width: 64, height: 64, durationInFrames: 3, audioSrc };
  const taskId = await stack.submit({ task_type: 'remotion_render', payload: { timeline } });
  const { result } = await stack.poll(taskId, ({ status }) => status === 'completed');
  const [film] = (result as RenderResult).files;
  const fetched = await fetch(`${stack.apiUrl}${film?.url}`, { headers: { Range: 'bytes=4-7' } });
  expect([fetched.status, await fetched.text()]).toEqual([206, 'ftyp']);
  const deleted = await fetch(`${stack.apiUrl}${film?.url}`, { method: 'DELETE' });
  expect(deleted.status).toBe(200);
  expect((await stack.status(taskId)).status).toBe('completed');
});

test.each(BAD_REQUESTS)('$title is refused with $status $code by the running API', async (bad) => {
  const answer = await sendRaw(stack.apiUrl, bad);
  const body = JSON.parse(answer.text) as { code: string; errors?: { path: string }[] };
  expect({ status: answer.status, code: body.code }).toEqual({ status: bad.status, code: bad.code });
  expect((body.errors ?? []).map((error) => error.path)).toEqual(bad.fields ?? []);
});

test('A task of higher priority is rendered before one that was submitted earlier', async () => {
  const film = (priority: number) => ({
    task_type: 'remotion_render',
    priority,
    payload: { timeline: { width: 64, height: 64, durationInFrames: 3 } },
  });
  // The first keeps the slot busy until the others are queued.
  const running = await stack.submit({
    ...film(50),
    payload: { timeline: { width: 320, height: 568, durationInFrames: 90 } },
  });
  await stack.poll(running, ({ status }) => status === 'processing');
  const low = await stack.submit(film(10));
  const high = await stack.submit(film(90));
  const [first, last] = await Promise.all(
    [high, low].map((id) => stack.poll(id, ({ status }) => status === 'completed')),
  );
  expect(Date.parse(first?.started_at ?? '')).toBeLessThan(Date.parse(last?.started_at ?? ''));
});

test('Health reports all parts, the order of tasks, and the engines that are away', async () => {
  // The worker tries the browser's sandbox before it takes tasks.
  const health = await vi.waitUntil(
    async () => {
      const told = (await (await fetch(`${stack.apiUrl}/health`)).json()) as { status: string };
      return told.status === 'ok' ? told : false;
    },
    { timeout: 60_000, interval: 100 },
  );
  expect(health).toMatchObject({
    status: 'ok',
    temporal: { ok: true, order: 'exact', priority_levels: 101 },
    redis: { ok: true },
    gpu_worker: { ok: true },
    assets: { ok: true },
  });
});

test('Both log files have the documented lines, and no text that a client sent', async () => {
  const taskId = await stack.submit({
    task_type: 'remotion_render',
    payload: {
      timeline: {
        width: 64,
        height: 64,
        durationInFrames: 2,
        subtitles: [{ text: 'a private line', startFrame: 0, endFrame: 2 }],
      },
    },
  });
  await stack.poll(taskId, ({ status }) => status === 'completed');
  const stamp = String.raw`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}`;
  const processing = `▶️ Processing: remotion_render \\(ID: ${taskId}\\)`;
  await stack.logged('worker.log', new RegExp(`${stamp} - GPUWorker - INFO - ${processing}$`, 'm'));
  await stack.logged(
    'worker.log',
    new RegExp(`${stamp} - GPUWorker - INFO - ✅ Done: remotion_render ${taskId}$`, 'm'),
  );
  const [server, worker] = await Promise.all([stack.readLog('server.log'), stack.readLog('worker.log')]);
  for (const line of [...server.trim().split('\n'), ...worker.trim().split('\n')])
    expect(line).toMatch(new RegExp(`${stamp} - \\w+ - (DEBUG|INFO|WARNING|ERROR) - `));
  expect(server + worker).not.toContain('a private line');
});

describe('Metrics', () => {
  test('show the tasks that ended, how long they waited and ran, and the parts that work', async () => {
    const id = await stack.submit({
      task_type: 'remotion_render',
      priority: 80,
      payload: { timeline: { width: 64, height: 64, durationInFrames: 2, clips: [{ type: 'text', text: 'metrics' }] } },
    });
    await stack.poll(id, ({ status }) => status === 'completed');
    const text = await (await fetch(`${stack.apiUrl}/metrics`)).text();
    const ours = [...familiesOf(text)].filter(([name]) => name.startsWith('gpumw_'));
    const declared = Object.entries(FAMILIES).map(([name, { type }]) => [name, type] as const);
    expect(new Map(ours)).toEqual(new Map(declared));
    const samples = samplesOf(text);
    for (const part of ['temporal', 'redis', 'gpu_worker', 'control_worker', 'assets'])
      expect({ part, up: samples.get(`gpumw_up{part="${part}"}`) }).toEqual({ part, up: 1 });
    const atLeastOne = [
      'gpumw_tasks_finished_total{task_type="remotion_render",outcome="completed"}',
      'gpumw_task_attempts_total{task_type="remotion_render"}',
      'gpumw_task_duration_seconds_count{task_type="remotion_render",outcome="completed"}',
      'gpumw_queue_wait_seconds_count{task_type="remotion_render",priority_band="75-100"}',
      'gpumw_render_chunks_total{source="drawn"}',
      'gpumw_tasks_submitted_total{task_type="remotion_render"}',
      'gpumw_http_requests_total{method="POST",route="/submit_task",status="200"}',
    ];
    for (const name of atLeastOne)
      expect({ name, is: samples.get(name) ?? 0 }).toEqual({ name, is: expect.toSatisfy((is: number) => is >= 1) });
  });

  test('of the Temporal SDK are those that the board shows', async () => {
    const samples = [...samplesOf(await (await fetch(`http://${sdkMetrics}/metrics`)).text()).keys()];
    for (const [name, labels] of Object.entries(SDK_METRICS)) {
      const sample = samples.find((key) => key.startsWith(`${name}{`)) ?? '';
      const missing = labels.filter((label) => !sample.includes(`${label}="`));
      expect({ name, missing }).toEqual({ name, missing: [] });
    }
  });
});
