import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EventSource, type MessageEvent } from 'undici';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { readPictureFile } from '../src/assets/pictures/read-picture.ts';
import { contentHash } from '../src/assets/content-hash.ts';
import { probeMedia } from '../src/assets/probe.ts';
import type { ComfyuiResult } from '../src/contracts/comfyui.ts';
import type { TaskStatusBody } from '../src/contracts/task-status.ts';
import { freePort } from '../src/local/stack/ports.ts';
import type { Stats } from '../src/simulators/comfyui/stats.ts';
import { createTemporal } from '../src/temporal/connection.ts';
import { makePicture, RED } from './helpers/media.ts';
import { firstSubmission } from './helpers/document-examples.ts';
import { flux } from './simulators/comfyui/rig.ts';
import { startTestStack, type TestStack } from './helpers/test-stack.ts';

let stack: TestStack;
let comfyui: string;
let folder: string;
let prompts = 0;

beforeAll(async () => {
  const port = await freePort();
  comfyui = `http://127.0.0.1:${port}`;
  folder = await mkdtemp(path.join(tmpdir(), 'comfyui-journal-'));
  const journal = path.join(folder, 'journal.jsonl');
  stack = await startTestStack({ simulate: { comfyui: { port, options: { journal, stepMs: 100 } } } });
  await makePicture(path.join(stack.assetRoot, 'images', 'first.png'), RED, 640, 640);
});
afterAll(async () => {
  await stack.remove();
  await rm(folder, { recursive: true, force: true });
});

const stats = async (): Promise<Stats> => (await (await fetch(`${comfyui}/simulator/stats`)).json()) as Stats;
/** A picture of its own each time, so that nothing comes from a cache. */
const picture = (params: object = {}, more: object = {}): object => ({
  task_type: 'comfyui',
  payload: {
    template: 'flux_dev',
    params: { POSITIVE_PROMPT: `a fox in the snow, ${prompts++}`, WIDTH: 512, HEIGHT: 512, STEPS: 40, ...params },
  },
  ...more,
});
const completed = async (taskId: string): Promise<ComfyuiResult> => {
  const { result } = await stack.poll(taskId, ({ status }) => status === 'completed');
  return result as ComfyuiResult;
};
/** More steps than any test waits for, so that what befalls it comes before it is done, however busy the machine is. */
const endless = (): object => ({ task_type: 'comfyui', payload: { workflow: flux('a fox', prompts++, 5000) } });
/** Submissions of one task, by our mark. */
const promptsOf = async (taskId: string) =>
  (await stats()).submissions.filter(({ extraData }) => JSON.stringify(extraData).includes(taskId));

/** Polls until the task has ended, whatever the end. */
async function ended(taskId: string): Promise<TaskStatusBody> {
  return vi.waitUntil(
    async () => {
      const body = await stack.status(taskId).catch(() => undefined);
      return body !== undefined && ['completed', 'failed'].includes(body.status) ? body : false;
    },
    { timeout: 120_000, interval: 200 },
  );
}

describe('A template', () => {
  test.each([
    ['flux_dev', { POSITIVE_PROMPT: 'a lighthouse', WIDTH: 512, HEIGHT: 768, STEPS: 4, SEED: 12345 }, 'image'],
    ['wan_t2v', { POSITIVE_PROMPT: 'waves', WIDTH: 320, HEIGHT: 320, FRAMES: 17, STEPS: 4, SEED: '7' }, 'video'],
    [
      'wan_i2v',
      {
        MOTION_PROMPT: 'clouds move',
        IMAGE_PATH: '/assets/images/first.png',
        WIDTH: 320,
        HEIGHT: 320,
        FRAMES: 17,
        STEPS: 4,
      },
      'video',
    ],
  ])('%s becomes a file in the asset folder', async (template, params, kind) => {
    const taskId = await stack.submit({ task_type: 'comfyui', payload: { template, params } });
    const result = await completed(taskId);
    expect(result.files).toHaveLength(1);
    const [file] = result.files;
    const sha256 = await contentHash(path.join(stack.assetRoot, file?.path ?? ''));
    const url = `/assets/${file?.path}`;
    expect(file).toMatchObject({ kind, url, sha256, width: params.WIDTH, height: params.HEIGHT });
    expect(result.seed).toEqual('SEED' in params ? Number(params.SEED) : expect.any(Number));
    const local = path.join(stack.assetRoot, file?.path ?? '');
    expect((await stat(local)).size).toBe(file?.size_bytes);
    const made = kind === 'image' ? await readPictureFile(local, 'png') : (await probeMedia(local)).video;
    expect(made).toMatchObject({ width: params.WIDTH, height: params.HEIGHT });
  });

  test('that does not exist is refused in the documented words', async () => {
    const body = { task_type: 'comfyui', payload: { template: 'flux', params: {} } };
    const response = await fetch(`${stack.apiUrl}/submit_task`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: 'template_not_found',
      detail: expect.stringContaining('Template not found') as string,
      hint: 'Verify the template JSON in `comfy-templates/`',
    });
  });

  test('is described with its parameters', async () => {
    const { templates } = (await (await fetch(`${stack.apiUrl}/templates`)).json()) as {
      templates: { name: string }[];
    };
    expect(templates.map(({ name }) => name).toSorted()).toEqual(['flux_dev', 'wan_i2v', 'wan_t2v']);
    expect((await fetch(`${stack.apiUrl}/templates/wan_t2v`)).status).toBe(200);
    expect((await fetch(`${stack.apiUrl}/templates/nothing`)).status).toBe(404);
  });
});

test('The first example of docs/comfyui.md works as it stands', async () => {
  const taskId = await stack.submit(await firstSubmission('docs/comfyui.md'));
  expect(await completed(taskId)).toMatchObject({ seed: 12345, files: [{ kind: 'image' }] });
});

test('A model that ComfyUI lacks is named at submit, with its file and folder', async () => {
  const response = await fetch(`${stack.apiUrl}/submit_task`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      task_type: 'comfyui',
      payload: {
        workflow: { '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'gone.safetensors' } } },
      },
    }),
  });
  expect(response.status).toBe(422);
  expect(await response.text()).toContain('gone.safetensors');
});

describe('When something dies in the middle', () => {
  test('the worker: the prompt goes on, is found again and is not repeated', async () => {
    const taskId = await stack.submit(picture());
    await stack.poll(taskId, ({ progress }) => progress > 0.1);
    await stack.worker.kill('SIGKILL');
    await completed(taskId);
    expect((await promptsOf(taskId)).map(({ outcome }) => outcome)).toEqual(['success']);
  });

  test('the sockets: polling finds the end', async () => {
    const taskId = await stack.submit(picture());
    await stack.poll(taskId, ({ status }) => status === 'processing');
    await fetch(`${comfyui}/simulator/drop-sockets`, { method: 'POST' });
    await completed(taskId);
    expect(await promptsOf(taskId)).toHaveLength(1);
  });

  test('ComfyUI: the task is done again when it is back', async () => {
    const taskId = await stack.submit(picture());
    await stack.poll(taskId, ({ progress }) => progress > 0.1);
    await stack.simulators.comfyui?.kill('SIGKILL');
    await completed(taskId);
    const outcomes = (await promptsOf(taskId)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'success')).toHaveLength(1);
  });
});

test('While ComfyUI is away tasks wait, say so, and leave the card to others; they go on when it is back', async () => {
  await stack.simulators.comfyui?.stop();
  const taskId = await stack.submit(picture());
  const waiting = await stack.poll(taskId, ({ phase }) => phase === 'waiting for ComfyUI');
  expect(waiting).toMatchObject({ status: 'pending', phase: 'waiting for ComfyUI', waiting: { for: 'comfyui' } });
  const film = { width: 64, height: 64, durationInFrames: 2 };
  const other = await stack.submit({ task_type: 'remotion_render', payload: { timeline: film } });
  await stack.poll(other, ({ status }) => status === 'completed');
  await stack.simulators.comfyui?.start();
  expect((await completed(taskId)).files).toHaveLength(1);
});

test('Through an outage tasks of three priorities take the card once each, and then run in order', async () => {
  // By hand with OUTAGE_TASKS=200.
  const count = Number(process.env['OUTAGE_TASKS'] ?? 12);
  await stack.simulators.comfyui?.stop();
  const tasks = Array.from({ length: count }, (_, index) => [20, 50, 80][index % 3] ?? 50);
  const taskIds: string[] = [];
  for (const priority of tasks)
    taskIds.push(await stack.submit(picture({ WIDTH: 256, HEIGHT: 256, STEPS: 1 }, { priority })));
  for (const taskId of taskIds) await stack.poll(taskId, ({ phase }) => phase === 'waiting for ComfyUI');
  const film = { width: 64, height: 64, durationInFrames: 2 };
  const other = await stack.submit({ task_type: 'remotion_render', payload: { timeline: film } });
  await stack.poll(other, ({ status }) => status === 'completed');
  for (const taskId of taskIds) expect(await stack.status(taskId)).toMatchObject({ attempts: 1, status: 'pending' });

  await stack.simulators.comfyui?.start();
  for (const taskId of taskIds) await completed(taskId);
  const { submissions } = await stats();
  const ran = submissions
    .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0))
    .map(({ extraData }) => taskIds.findIndex((taskId) => JSON.stringify(extraData).includes(taskId)))
    .filter((index) => index >= 0)
    .map((index) => tasks[index] ?? 0);
  expect(ran).toEqual(tasks.toSorted((a, b) => b - a));
});

/** An event source of a page, which reconnects by itself. */
function openSource(address: string) {
  const source = new EventSource(`${stack.apiUrl}${address}`);
  const heard: { event: string; data: Record<string, unknown> }[] = [];
  for (const event of ['status', 'file', 'preview', 'bye'])
    source.addEventListener(event, (message) => {
      const { data } = message as MessageEvent<string>;
      heard.push({ event, data: JSON.parse(data) as Record<string, unknown> });
    });
  /** Waits for an event that has come since the last one that was waited for. */
  const hears = (event: string, status?: string) =>
    vi.waitUntil(
      () => {
        const found = heard.findIndex(
          (one) => one.event === event && (status ?? one.data['status']) === one.data['status'],
        );
        return found >= 0 && heard.splice(0, found + 1).at(-1)?.data;
      },
      { timeout: 60_000 },
    );
  onTestFinished(() => source.close());
  return { source, hears };
}

test('A page sees a picture develop, reconnects by itself when the API starts again, and stops at the end', async () => {
  const taskId = await stack.submit(picture({ STEPS: 60 }));
  const [one, many] = [openSource(`/tasks/${taskId}/events`), openSource(`/events?task_id=${taskId}`)];
  await one.hears('status', 'processing');
  const { image } = await one.hears('preview');
  expect(image).toMatch(/^data:image\/jpeg;base64,\/9j\//);
  const { stage } = await one.hears('status', 'processing');
  expect(stage).toMatchObject({ name: 'Draw', node: '7', steps: 60 });
  await stack.server.stop();
  await many.hears('bye');
  await stack.server.start();
  await many.hears('status');
  const file = await one.hears('file');
  expect((await fetch(`${stack.apiUrl}${String(file['url'])}`)).status).toBe(200);
  await one.hears('status', 'completed');
  // It asks again, and is told that there is no more.
  await vi.waitUntil(() => one.source.readyState === EventSource.CLOSED, { timeout: 20_000 });
  expect(many.source.readyState).not.toBe(EventSource.CLOSED);
});

describe('An operator', () => {
  const temporal = () =>
    createTemporal({ address: stack.temporalAddress, namespace: 'default', uiUrl: undefined, priorityLevels: 101 });

  test('who cancels a running task stops exactly its prompt', async () => {
    const before = (await stats()).interrupts.bare;
    const taskId = await stack.submit(endless());
    await stack.poll(taskId, ({ progress }) => progress > 0);
    const { client, connection } = temporal();
    await client.workflow.getHandle(taskId).cancel();
    expect(await ended(taskId)).toMatchObject({ status: 'failed', result: { error: { code: 'cancelled' } } });
    expect((await promptsOf(taskId)).map(({ outcome }) => outcome)).toEqual(['interrupted']);
    expect((await stats()).interrupts.bare).toBe(before);
    await connection.close();
  });

  test('who terminates a task while its worker is dead leaves no work behind for the next one to run into', async () => {
    const { client, connection } = temporal();
    const stray = await stack.submit(endless());
    await stack.poll(stray, ({ progress }) => progress > 0);
    await stack.worker.stop();
    await client.workflow.getHandle(stray).terminate('test');
    await stack.worker.start();
    const next = await stack.submit(picture({ STEPS: 4 }));
    await completed(next);
    const [left] = await promptsOf(stray);
    const [own] = await promptsOf(next);
    expect(left?.outcome).toBe('interrupted');
    expect(own?.submittedAt ?? 0).toBeGreaterThanOrEqual(left?.endedAt ?? Infinity);
    await connection.close();
  });
});
