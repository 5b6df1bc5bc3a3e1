import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ComfyuiInput } from '../../src/contracts/comfyui.ts';
import type { CosyvoiceInput } from '../../src/contracts/cosyvoice.ts';
import type { PipelineInput } from '../../src/contracts/pipeline.ts';
import type { RenderInput } from '../../src/contracts/render.ts';
import type { RouteDeps } from '../../src/api/routes.ts';
import { png, srt, PNG, WAV, SRT, PNG_URI, sourceRig } from '../helpers/source-rig.ts';

test('Every place of a film takes an address or the file itself', async () => {
  const { base, accepted, submit, asked } = await sourceRig();
  const timeline = {
    durationInFrames: 30,
    clips: [
      { src: `${base}/fox.png?a=1` },
      { type: 'image', src: `${base}/fox.png?a=1`, layer: 1, startFrame: 0 },
      { src: ` ${base}/redirected.png `, layer: 2, startFrame: 0 },
      { type: 'text', text: `${base}/caption.png`, layer: 3, startFrame: 0 },
    ],
    audioSrc: { src: `${base}/voice.wav`, volume: 0.5 },
    bgmSrc: `${base}/music.wav`,
    watermark: PNG_URI,
    subtitles: { src: `data:application/x-subrip;base64,${btoa(srt)}` },
  };
  expect(await submit('remotion_render', { timeline })).toMatchObject({ status: 200, body: { status: 'queued' } });
  const [{ timeline: film }] = accepted as [RenderInput];
  expect(film.clips.map((clip) => (clip.kind === 'text' ? clip.text : clip.src))).toEqual([
    PNG,
    PNG,
    PNG,
    `${base}/caption.png`,
  ]);
  expect(film).toMatchObject({
    audioSrc: WAV,
    bgmSrc: WAV,
    watermark: { src: PNG },
    subtitleSource: { src: SRT },
  });
  expect(asked.toSorted()).toEqual(['/fox.png?a=1', '/music.wav', '/redirected.png', '/voice.wav']);
  expect(
    await submit('remotion_render', { timeline: { ...timeline, watermark: { src: png.toString('base64') } } }),
  ).toMatchObject({ status: 200 });
});

test('The recording of a voice can be an address', async () => {
  const { base, accepted, submit } = await sourceRig();
  const payload = { text: `Look at ${base}/fox.png`, prompt_wav_path: `${base}/voice.wav`, prompt_text: 'Hi.' };
  expect(await submit('cosyvoice', payload)).toMatchObject({ status: 200 });
  const [{ text, voice }] = accepted as [CosyvoiceInput];
  expect(voice.recording).toBe(WAV);
  expect(text).toContain(base);
});

test('Files of a template, and loaders of a graph that are known, take addresses; prompts do not', async () => {
  const { base, accepted, submit, asked } = await sourceRig();
  const prompt = `${base}/prompt.png`;
  const params = { IMAGE_PATH: `${base}/first.png`, POSITIVE_PROMPT: prompt, NEGATIVE_PROMPT: PNG_URI };
  expect(await submit('comfyui', { template: 'wan_i2v', params })).toMatchObject({ status: 200 });
  const workflow = {
    '1': { class_type: 'LoadImage', inputs: { image: `${base}/second.png` } },
    '2': { class_type: 'LoadImage', inputs: { image: 'in-comfyui.png' } },
    '3': { class_type: 'LoadImage', inputs: { image: '{{PICTURE}}' } },
    '4': { class_type: 'LoadAudio', inputs: { audio: 'x.wav' } },
    '5': { class_type: 'FetchPage', inputs: { image: `${base}/not-ours.png`, text: PNG_URI } },
  };
  const own = { PICTURE: png.toString('base64'), 4: { 'inputs.audio': `${base}/sound.wav` } };
  expect(await submit('comfyui', { workflow, params: own })).toMatchObject({ status: 200 });

  const [film, graph] = accepted as [ComfyuiInput, ComfyuiInput];
  expect(film.uploads).toEqual([{ node: expect.any(String) as string, input: 'image', asset: PNG, kind: 'image' }]);
  expect(JSON.stringify(film.graph)).toContain(JSON.stringify(prompt));
  expect(JSON.stringify(film.graph)).toContain(PNG_URI);
  expect(graph.uploads.toSorted((a, b) => Number(a.node) - Number(b.node))).toEqual([
    { node: '1', input: 'image', asset: PNG, kind: 'image' },
    { node: '3', input: 'image', asset: PNG, kind: 'image' },
    { node: '4', input: 'audio', asset: WAV, kind: 'audio' },
  ]);
  expect(graph.graph['5']?.inputs).toEqual({ image: `${base}/not-ours.png`, text: PNG_URI });
  expect(asked.toSorted()).toEqual(['/first.png', '/second.png', '/sound.wav']);
});

test('A bad source is refused with its field, its reason and a hint, and nothing is accepted', async () => {
  const { base, accepted, submit } = await sourceRig();
  const clip = (src: string) => submit('remotion_render', { timeline: { clips: [{ src, durationInFrames: 30 }] } });
  const at = 'payload.timeline.clips[0].src';
  expect(await clip(`${base}/no`)).toMatchObject({
    status: 422,
    body: {
      code: 'source_unreachable',
      retryable: true,
      hint: expect.stringContaining('PUT /assets') as string,
      errors: [{ path: at, message: expect.stringMatching(/^localhost:\d+ answered 404$/) as string }],
    },
  });
  expect(await clip(`${base}/words.srt`)).toMatchObject({
    status: 422,
    body: {
      code: 'source_type_refused',
      errors: [{ path: at, message: 'expected an image, a video or a sound; the bytes of this file are a text' }],
    },
  });
  expect(await clip('data:image/png;base64,%')).toMatchObject({
    status: 422,
    body: { code: 'invalid_request', errors: [{ path: at }] },
  });
  expect(await clip('ftp://me:secret@example.com/fox.png')).toMatchObject({
    status: 422,
    body: { code: 'invalid_request', errors: [{ path: at }] },
  });
  const both = { clips: [{ src: `${base}/no` }], audioSrc: `${base}/fox.png` };
  const { body } = await submit('remotion_render', { timeline: both });
  expect(body).toMatchObject({
    code: 'invalid_request',
    errors: [{ path: at }, { path: 'payload.timeline.audioSrc' }],
  });
  expect(accepted).toEqual([]);
});

test('A clip that may be missing is left out when its address leads nowhere, with a warning', async () => {
  const { base, accepted, submit } = await sourceRig();
  const clips = [
    { src: `${base}/fox.png`, durationInFrames: 30 },
    { src: `${base}/gone`, durationInFrames: 30, onError: 'skip' },
  ];
  const { status, body } = await submit('remotion_render', { timeline: { clips } });
  expect(status).toBe(200);
  expect((body['warnings'] as string[]).join('\n')).toMatch(/clips\[1\]\.src: localhost:\d+ answered 404/);
  expect((accepted as [RenderInput])[0].timeline.clips.map(({ src }) => src)).toEqual([PNG]);
});

test('A repeated request is the same request, and fetches nothing again', async () => {
  const known = new Map<string, { fingerprint?: string }>();
  const deps: Partial<RouteDeps> = {
    findAccepted: (taskId) => Promise.resolve(known.get(taskId) ?? null),
    startTask: (taskId, { labels }) => {
      if (known.has(taskId)) return Promise.resolve('existed');
      known.set(taskId, { fingerprint: labels?.fingerprint ?? '' });
      return Promise.resolve('started');
    },
  };
  const { base, asked, post } = await sourceRig(deps);
  const timeline = { clips: [{ src: `${base}/fox.png`, durationInFrames: 30 }] };
  const task = { task_type: 'remotion_render', payload: { timeline } };
  const headers = { 'Idempotency-Key': 'order-1' };
  const first = await post('/submit_task', task, headers);
  expect(first.status).toBe(200);
  expect(await post('/submit_task', task, headers)).toEqual(first);
  const other = { ...task, payload: { timeline: { clips: [{ src: `${base}/hare.png`, durationInFrames: 30 }] } } };
  expect(await post('/submit_task', other, headers)).toMatchObject({
    status: 422,
    body: { code: 'idempotency_key_reused' },
  });
  expect(asked).toEqual(['/fox.png']);

  const list = { tasks: [task, other] };
  const many = await post('/submit_tasks', list, { 'Idempotency-Key': 'order-2' });
  expect(many).toMatchObject({ status: 200, body: { tasks: [{ status: 'queued' }, { status: 'queued' }] } });
  const again = await post('/submit_tasks', list, { 'Idempotency-Key': 'order-2' });
  expect(again.body['tasks']).toMatchObject([{ replayed: true }, { replayed: true }]);
  expect(asked).toEqual(['/fox.png', '/fox.png', '/hare.png']);
});

test('The sources of a list of tasks are fetched before any of them is started', async () => {
  const { base, accepted, post } = await sourceRig();
  const task = (src: string) => ({
    task_type: 'remotion_render',
    payload: { timeline: { clips: [{ src, durationInFrames: 30 }] } },
  });
  expect(await post('/submit_tasks', { tasks: [task(`${base}/fox.png`), task(`${base}/no`)] })).toMatchObject({
    status: 422,
    body: { code: 'source_unreachable', errors: [{ path: 'tasks[1].payload.timeline.clips[0].src' }] },
  });
  expect(accepted).toEqual([]);
  expect(await post('/submit_tasks', { tasks: [task(`${base}/fox.png`), task(PNG_URI)] })).toMatchObject({
    status: 200,
  });
  expect(accepted).toHaveLength(2);
});

test('A pipeline fetches what is written in it, wherever it comes to a file, and stores the paths', async () => {
  const { base, accepted, post, asked } = await sourceRig();
  const steps = [
    {
      id: 'videos',
      task_type: 'comfyui',
      for_each: [
        { picture: `${base}/1.png`, prompt: 'https://example.com/a.png' },
        { picture: PNG_URI, prompt: `${base}/prompt.png` },
      ],
      payload: {
        template: 'wan_i2v',
        params: { IMAGE: '${$item.picture}', POSITIVE_PROMPT: { $from: '$item.prompt' } },
      },
    },
    {
      id: 'film',
      task_type: 'remotion_render',
      payload: {
        timeline: {
          clips: [
            { src: `${base}/title.png`, durationInFrames: 30 },
            { $spread: { $for: { $from: 'videos' }, $each: { type: 'video', src: '${$item.files[0].path}' } } },
            { $spread: { $for: [`${base}/end.png`], $each: { src: { $from: '$item' }, durationInFrames: 30 } } },
          ],
          bgmSrc: { src: `${base}/music.wav`, volume: 0.2 },
          subtitles: [{ text: `${base}/title.png`, startFrame: 0, endFrame: 30 }],
        },
      },
    },
  ];
  const { status, body } = await post('/submit_pipeline', { steps, output: { said: `${base}/title.png` } });
  expect({ status, body }).toMatchObject({ status: 200 });
  const [{ steps: stored, output }] = accepted as [PipelineInput];
  expect(stored[0]?.forEach).toEqual([
    { picture: PNG, prompt: 'https://example.com/a.png' },
    { picture: PNG, prompt: `${base}/prompt.png` },
  ]);
  expect(stored[1]?.payload).toMatchObject({
    timeline: {
      clips: [{ src: PNG }, { $spread: { $each: { src: '${$item.files[0].path}' } } }, { $spread: { $for: [PNG] } }],
      bgmSrc: { src: WAV },
      subtitles: [{ text: `${base}/title.png` }],
    },
  });
  expect(output).toEqual({ said: `${base}/title.png` });
  expect(asked.toSorted()).toEqual(['/1.png', '/end.png', '/music.wav', '/title.png']);
});

test('A bad source of a pipeline is told where it was written', async () => {
  const { base, post } = await sourceRig();
  const step = {
    id: 'films',
    task_type: 'remotion_render',
    for_each: [{ picture: `${base}/fox.png` }, { picture: `${base}/no` }],
    payload: { timeline: { clips: [{ src: { $from: '$item.picture' }, durationInFrames: 30 }] } },
  };
  expect(await post('/submit_pipeline', { steps: [step] })).toMatchObject({
    status: 422,
    body: { code: 'source_unreachable', errors: [{ path: 'steps[0].for_each[1].picture' }] },
  });
});

test('Clients can read and delete fetched files, but store none beside them', async () => {
  const { api, submit, assetRoot } = await sourceRig();
  await submit('remotion_render', { timeline: { clips: [{ src: PNG_URI, durationInFrames: 30 }] } });
  expect(await readFile(path.join(assetRoot, PNG))).toEqual(png);
  expect((await fetch(`${api}/assets/${PNG}`)).headers.get('content-type')).toBe('image/png');
  const put = await fetch(`${api}/assets/${PNG}?overwrite=true`, { method: 'PUT', body: 'x' });
  expect(put.status).toBe(422);
  expect(await submit('remotion_render', { timeline: { durationInFrames: 9 }, output_path: PNG })).toMatchObject({
    status: 422,
  });
  expect((await fetch(`${api}/assets/${PNG}`, { method: 'DELETE' })).status).toBe(200);
});
