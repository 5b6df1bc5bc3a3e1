import { readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ComfyuiInput } from '../../src/contracts/comfyui.ts';
import type { PipelineInput } from '../../src/contracts/pipeline.ts';
import type { RenderInput } from '../../src/contracts/render.ts';
import { createTemplateStore } from '../../src/templates/template-store.ts';
import { createPrepareComfyui } from '../../src/prepare/prepare-comfyui.ts';
import { MOST_SOURCES } from '../../src/api/request-sources.ts';
import { noPrepares } from '../helpers/no-prepares.ts';
import { TEMPLATES_FOLDER } from '../helpers/template-rig.ts';
import { png, sourceRig } from '../helpers/source-rig.ts';

test('A request that is wrong anyway fetches nothing', async () => {
  const { base, asked, post } = await sourceRig();
  const timeline = { clips: [{ src: `${base}/fox.png`, durationInFrames: 30 }] };
  const wrong = { task_type: 'remotion_render', priority: 'urgent', payload: { timeline } };
  expect(await post('/submit_task', wrong)).toMatchObject({ status: 422, body: { errors: [{ path: 'priority' }] } });
  const step = { id: 'a', task_type: 'remotion_render', payload: { timeline } };
  const steps = [step, { ...step, id: 'b', depends_on: ['nobody'] }];
  expect(await post('/submit_pipeline', { steps })).toMatchObject({
    status: 422,
    body: { errors: [{ path: 'steps[1].depends_on[0]' }] },
  });
  expect(asked).toEqual([]);
});

test('A payload that is wrong whatever its files are fetches nothing, alone, in a list and in a pipeline', async () => {
  const { base, asked, accepted, post, submit } = await sourceRig();
  const src = `${base}/fox.png`;
  const film = (more: object) => ({ timeline: { clips: [{ src, durationInFrames: 30 }], ...more } });
  const recording = { prompt_wav_path: `${base}/voice.wav` };
  const still = { template: 'wan_i2v', params: { IMAGE: src, POSITIVE_PROMPT: 'x' } };
  const wrong: [type: string, payload: object, path: string][] = [
    ['remotion_render', film({ fps: 500 }), 'timeline.fps'],
    ['remotion_render', film({ watermark: { src, opacity: 7 } }), 'timeline.watermark.opacity'],
    ['remotion_render', film({ clips: [{ src, startFrame: -1 }] }), 'timeline.clips[0].startFrame'],
    ['remotion_render', film({ audioSrc: 'audio/gone.wav' }), 'timeline.audioSrc'],
    ['remotion_render', film({ bgmSrc: 'https://' }), 'timeline.bgmSrc'],
    ['remotion_render', { ...film({}), output_path: 'work/x.mp4' }, 'output_path'],
    ['cosyvoice', { text: 'Hello.', speed: 99, ...recording }, 'speed'],
    ['cosyvoice', recording, 'text'],
    ['comfyui', { ...still, params: { ...still.params, SEED: 'none' } }, 'params.SEED'],
    ['comfyui', { ...still, params: { ...still.params, '999': { 'inputs.a': 1 } } }, 'params.999'],
  ];
  for (const [type, payload, path_] of wrong) {
    const expected = (at: string) => ({ status: 422, body: { errors: [{ path: `${at}.${path_}` }] } });
    expect(await submit(type, payload)).toMatchObject(expected('payload'));
    const fine = { task_type: 'remotion_render', payload: film({}) };
    const tasks = [fine, { task_type: type, payload }];
    expect(await post('/submit_tasks', { tasks })).toMatchObject(expected('tasks[1].payload'));
    const steps = [{ id: 'a', task_type: type, payload }];
    expect(await post('/submit_pipeline', { steps })).toMatchObject(expected('steps[0].payload'));
  }
  expect(asked).toEqual([]);
  expect(accepted).toEqual([]);
});

test('What ComfyUI lacks is told before the pictures for it are fetched', async () => {
  const templates = createTemplateStore({ folder: TEMPLATES_FOLDER });
  const errors = [{ path: 'payload.template', message: 'ComfyUI has no such model' }];
  const missing = () => Promise.resolve(errors);
  const assets = { root: tmpdir(), aliases: [] };
  const comfyui = createPrepareComfyui({ assets, templates, randomSeed: () => 1, missing });
  const { base, asked, submit } = await sourceRig({ prepare: { ...noPrepares, comfyui } });
  const params = { IMAGE: `${base}/fox.png`, POSITIVE_PROMPT: 'x' };
  expect(await submit('comfyui', { template: 'wan_i2v', params })).toMatchObject({ status: 422, body: { errors } });
  const workflow = { '1': { class_type: 'LoadImage', inputs: { image: `${base}/fox.png` } } };
  expect(await submit('comfyui', { workflow })).toMatchObject({ status: 422, body: { errors } });
  expect(asked).toEqual([]);
});

test('A task of a list that was accepted before does not refuse the list, whose sources are fetched', async () => {
  const known = new Map<string, { fingerprint?: string }>();
  const { base, asked, post, assetRoot } = await sourceRig({
    findAccepted: (taskId) => Promise.resolve(known.get(taskId) ?? null),
    startTask: (taskId, { labels }) => {
      known.set(taskId, { fingerprint: labels?.fingerprint ?? '' });
      return Promise.resolve('started');
    },
  });
  const task = (key: string, src: string) => ({
    task_type: 'remotion_render',
    idempotency_key: key,
    payload: { timeline: { clips: [{ src, durationInFrames: 30 }] } },
  });
  await writeFile(path.join(assetRoot, 'soon-gone.png'), png);
  const old = task('order-1', 'soon-gone.png');
  expect(await post('/submit_task', old)).toMatchObject({ status: 200 });
  await rm(path.join(assetRoot, 'soon-gone.png'));
  expect(await post('/submit_tasks', { tasks: [old, task('order-2', `${base}/fox.png`)] })).toMatchObject({
    status: 200,
    body: { tasks: [{ replayed: true }, { status: 'queued' }] },
  });
  expect(asked).toEqual(['/fox.png']);
});

test('There are not many sources in one request', async () => {
  const { base, asked, submit } = await sourceRig();
  const clips = Array.from({ length: 1000 }, (_, index) => ({ src: `${base}/${index}.png`, durationInFrames: 1 }));
  expect(await submit('remotion_render', { timeline: { clips } })).toMatchObject({
    status: 422,
    body: {
      errors: [
        {
          path: `payload.timeline.clips[${MOST_SOURCES}].src`,
          message: `expected at most ${MOST_SOURCES} addresses and files in one request; this one has 1000`,
        },
      ],
    },
  });
  expect(asked).toEqual([]);
});

test('What is both a file and a text in a pipeline, or is put together, stays for its step to fetch', async () => {
  const { base, accepted, post, asked } = await sourceRig();
  const step = {
    id: 'films',
    task_type: 'remotion_render',
    for_each: [`${base}/fox.png`],
    payload: {
      timeline: {
        clips: [
          { src: { $from: '$item' }, durationInFrames: 30 },
          { src: `${base}/\${$index}.png`, durationInFrames: 30 },
        ],
        subtitles: [{ text: 'See ${$item}', startFrame: 0, endFrame: 30 }],
      },
    },
  };
  expect(await post('/submit_pipeline', { steps: [step] })).toMatchObject({ status: 200 });
  const [{ steps: stored }] = accepted as [PipelineInput];
  expect(stored[0]?.forEach).toEqual([`${base}/fox.png`]);
  expect(stored[0]?.payload).toEqual(step.payload);
  expect(asked).toEqual([]);
});

test('A text that looks like an address stays as it is, in every place that is no file', async () => {
  const { base, accepted, asked, submit, assetRoot } = await sourceRig();
  const lookalike = fc
    .tuple(fc.constantFrom(`${base}/`, 'https://', 'data:image/png;base64,', png.toString('base64')), fc.string())
    .map(([start, rest]) => (start + rest.replaceAll(/[\0${}\\\r]/g, '')).slice(0, 2000));
  const graphs = fc.dictionary(fc.stringMatching(/^[1-9][0-9]?$/), lookalike, { minKeys: 1, maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(graphs, lookalike, async (texts, caption) => {
      accepted.length = 0;
      const workflow = Object.fromEntries(
        Object.entries(texts).map(([id, text]) => [id, { class_type: 'Prompt', inputs: { image: text, text } }]),
      );
      const { status } = await submit('comfyui', { workflow });
      if (status === 200)
        for (const [id, text] of Object.entries(texts))
          expect((accepted as [ComfyuiInput])[0].graph[id]?.inputs).toEqual({ image: text, text });
      accepted.length = 0;
      const subtitles = [{ text: caption, startFrame: 0, endFrame: 30 }];
      const { body } = await submit('remotion_render', { timeline: { durationInFrames: 30, subtitles } });
      if (body['status'] === 'queued') expect((accepted as [RenderInput])[0].timeline.subtitles[0]?.text).toBe(caption);
    }),
    { numRuns: 30 },
  );
  expect(asked).toEqual([]);
  await expect(readdir(path.join(assetRoot, 'fetched'))).rejects.toThrow('ENOENT');
});
