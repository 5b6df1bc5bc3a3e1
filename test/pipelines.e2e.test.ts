import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { probeMedia } from '../src/assets/probe.ts';
import type { CosyvoiceResult } from '../src/contracts/cosyvoice.ts';
import type { PipelineStatus } from '../src/contracts/pipeline.ts';
import type { RenderResult } from '../src/contracts/render.ts';
import type { TaskStatusBody } from '../src/contracts/task-status.ts';
import { freePort } from '../src/local/stack/ports.ts';
import type { Stats } from '../src/simulators/comfyui/stats.ts';
import { itemsOf } from './helpers/pipeline-rig.ts';
import { encodePng } from './helpers/png.ts';
import { startSource } from './helpers/source-server.ts';
import { startTestStack, type TestStack } from './helpers/test-stack.ts';

let stack: TestStack;
let folder: string;
let comfyui: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pipelines-'));
  const [port, voicePort] = [await freePort(), await freePort()];
  comfyui = `http://127.0.0.1:${port}`;
  stack = await startTestStack({
    env: { FETCH_ALLOW_PRIVATE: 'true' },
    simulate: {
      comfyui: { port, options: { journal: path.join(folder, 'comfyui.jsonl'), stepMs: 100 } },
      cosyvoice: { port: voicePort, options: { segmentMs: 50 } },
    },
  });
});
afterAll(async () => {
  await stack.remove();
  await rm(folder, { recursive: true, force: true });
});

const shortFilm = {
  name: 'fox',
  steps: [
    {
      id: 'voice',
      task_type: 'cosyvoice',
      payload: { text: 'A fox wakes under the old tree. Snow falls on its ears until noon.', voice_id: 'luna' },
    },
    {
      id: 'pictures',
      task_type: 'comfyui',
      for_each: { $from: 'voice.sentences' },
      payload: {
        template: 'flux_dev',
        params: { POSITIVE_PROMPT: 'a painting: ${$item.text}', WIDTH: 320, HEIGHT: 576, STEPS: 30 },
      },
    },
    {
      id: 'film',
      task_type: 'remotion_render',
      payload: {
        output_path: 'films/fox.mp4',
        timeline: {
          width: 320,
          height: 576,
          durationInFrames: 'auto',
          audioSrc: { $from: 'voice.output_path' },
          subtitles: { $from: 'voice.subtitles' },
          clips: {
            $for: { $from: 'voice.sentences' },
            $each: {
              type: 'image',
              src: { $from: 'pictures[$index].files[0].path' },
              startMs: { $from: '$item.start_ms' },
            },
          },
        },
      },
    },
  ],
  output: { film: { $from: 'film.output_path' }, seconds: { $from: 'film.duration_seconds' } },
};

type Body = TaskStatusBody & { result: PipelineStatus };
const submit = async (body: object): Promise<string> => {
  const response = await fetch(`${stack.apiUrl}/submit_pipeline`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { task_id: string }).task_id;
};
const poll = async (id: string, done: (body: Body) => boolean) =>
  (await stack.poll(id, (body) => done(body as Body))) as Body;

test('An error in values of other steps is reported as that in status and log, with the skipped step', async () => {
  const [voice] = shortFilm.steps;
  const cover = {
    id: 'cover',
    task_type: 'comfyui',
    on_error: 'skip',
    payload: { template: 'flux_dev', params: { POSITIVE_PROMPT: 'a fox', WIDTH: { $from: 'voice.output_path' } } },
  };
  const again = {
    id: 'again',
    task_type: 'cosyvoice',
    on_error: 'skip',
    payload: { text: 'One.', voice_id: 'luna', speed: { $from: 'voice.output_path' } },
  };
  const clips = [{ type: 'image', src: { $from: 'cover.files[0].path' } }];
  const film = { id: 'film', task_type: 'remotion_render', payload: { timeline: { durationInFrames: 30, clips } } };
  const id = await submit({ steps: [voice, cover, again, film] });
  const { result } = await poll(id, ({ status }) => status === 'failed');
  expect(result.error?.code).toBe('step_failed');
  const invalid = (text: string) => ({
    error: { code: 'step_invalid', message: expect.stringContaining(text) as string },
  });
  expect(result.steps).toMatchObject({
    cover: invalid('payload.params.WIDTH'),
    again: invalid('payload.speed'),
    film: invalid(
      'payload.timeline.clips[0].src: expected the path of a file under ASSET_PATH (cover.files[0].path is null, because cover was skipped)',
    ),
  });
  await stack.logged('worker.log', `voice of pipeline ${id})`);
  await stack.logged('worker.log', `❌ Failed: cover of pipeline ${id}: `);
  await stack.logged('worker.log', `❌ Failed: pipeline ${id}: `);
});

test('A script becomes a film with a picture for each sentence, though worker and API are killed meanwhile', async () => {
  const id = await submit(shortFilm);
  await poll(id, ({ result }) => itemsOf(result, 'pictures')[0]?.status === 'processing');
  await Promise.all([stack.worker.kill('SIGKILL'), stack.server.kill('SIGKILL')]);
  const { result } = await poll(id, ({ status }) => status === 'completed');
  const { output, steps } = result;
  const [voice, film] = [steps['voice'], steps['film']].map((step) => step?.result) as unknown as [
    CosyvoiceResult,
    RenderResult,
  ];
  expect(output).toEqual({ film: 'films/fox.mp4', seconds: film.duration_seconds });
  expect(Math.abs(film.duration_seconds - voice.duration_seconds)).toBeLessThanOrEqual(1 / 30);
  const { video, audio } = await probeMedia(path.join(stack.assetRoot, film.output_path), AbortSignal.timeout(60_000));
  expect({ width: video?.width, height: video?.height, hasAudio: audio !== null }).toEqual({
    width: 320,
    height: 576,
    hasAudio: true,
  });
  expect(itemsOf(result, 'pictures').map(({ status }) => status)).toEqual(['completed', 'completed']);
  // The prompt that ran when the worker died was found again.
  const stats = (await (await fetch(`${comfyui}/simulator/stats`)).json()) as Stats;
  expect(stats.submissions).toHaveLength(2);
});

test('Files at addresses are there before a pipeline is accepted, and others when their steps start', async () => {
  const png = encodePng(2, 2, new Uint8Array(12).fill(7));
  const { base, asked } = await startSource(
    ({ url }, response) => void (url === '/no.png' ? response.writeHead(404).end() : response.end(png)),
    { plain: true },
  );
  const kept = `fetched/${createHash('sha256').update(png).digest('hex')}.png`;
  const film = (src: unknown) => ({
    timeline: { width: 64, height: 64, durationInFrames: 3, clips: [{ src, durationInFrames: 3 }] },
  });
  const secret = base.replace('//', '//me:hush@');
  const graph = {
    1: { class_type: 'LoadImage', inputs: { image: `${secret}/fox.png` } },
    2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'fox' } },
  };
  const steps = [
    { id: 'copy', task_type: 'comfyui', payload: { workflow: graph } },
    { id: 'still', task_type: 'remotion_render', payload: film(`${base}/fox.png`) },
    {
      id: 'films',
      task_type: 'remotion_render',
      on_error: 'skip',
      for_each: ['fox', 'no'],
      payload: film(`${secret}/\${$item}.png`),
    },
  ];
  const id = await submit({ steps });
  expect(asked).toEqual(['/fox.png', '/fox.png']);
  const { result } = await poll(id, ({ status }) => status === 'completed');
  expect(itemsOf(result, 'films')).toMatchObject([
    { status: 'completed' },
    {
      status: 'failed',
      error: {
        code: 'source_unreachable',
        message: expect.stringMatching(/payload\.timeline\.clips\[0\]\.src: localhost:\d+ answered 404$/) as string,
      },
    },
  ]);
  const details = await (await fetch(`${stack.apiUrl}/tasks/${id}`)).text();
  expect(details).toContain(kept);
  expect(details + (await stack.readLog('server.log')) + (await stack.readLog('worker.log'))).not.toContain('hush');
  const bad = await fetch(`${stack.apiUrl}/submit_pipeline`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ steps: [{ id: 'a', task_type: 'remotion_render', payload: film(`${base}/no.png`) }] }),
  });
  expect([bad.status, await bad.json()]).toMatchObject([422, { code: 'source_unreachable' }]);
});
