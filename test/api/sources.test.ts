import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { ComfyuiInput } from '../../src/contracts/comfyui.ts';
import type { CosyvoiceInput } from '../../src/contracts/cosyvoice.ts';
import type { PipelineInput } from '../../src/contracts/pipeline.ts';
import type { RenderInput } from '../../src/contracts/render.ts';
import type { RouteDeps } from '../../src/api/routes.ts';
import { createTemplateStore } from '../../src/templates/template-store.ts';
import { createPrepareComfyui } from '../../src/prepare/prepare-comfyui.ts';
import { MOST_SOURCES } from '../../src/api/request-sources.ts';
import { startApi } from '../helpers/api-rig.ts';
import { noPrepares } from '../helpers/no-prepares.ts';
import { encodePng } from '../helpers/png.ts';
import { CERTIFICATE, startSource } from '../helpers/source-server.ts';
import { TEMPLATES_FOLDER } from '../helpers/template-rig.ts';
import { encodeWav } from '../helpers/wav.ts';

const png = encodePng(2, 2, new Uint8Array(12).fill(9));
const tone = Float32Array.from({ length: 5 * 24_000 }, (_, at) => Math.sin(at / 20) / 2);
const wav = encodeWav([tone], 24_000);
const srt = '1\n00:00:00,000 --> 00:00:01,000\nhttps://example.com/fox.png\n';
const named = (bytes: Buffer | string, extension: string): string =>
  `fetched/${createHash('sha256').update(bytes).digest('hex')}.${extension}`;
const [PNG, WAV, SRT] = [named(png, 'png'), named(wav, 'wav'), named(srt, 'srt')];
const PNG_URI = `data:image/png;base64,${png.toString('base64')}`;

/** An API that fetches, a server with files, and what was accepted. */
async function rig(deps: Partial<RouteDeps> = {}) {
  const source = await startSource(({ url = '' }, response) => {
    if (url.includes('.png')) response.end(png);
    else if (url.includes('.wav')) response.end(wav);
    else if (url.includes('.srt')) response.end(srt);
    else response.writeHead(404).end();
  });
  const accepted: unknown[] = [];
  const api = await startApi(
    {
      templates: createTemplateStore({ folder: TEMPLATES_FOLDER }),
      startTask: (_taskId, task) => {
        accepted.push('steps' in task ? task : task.input);
        return Promise.resolve('started' as const);
      },
      ...deps,
    },
    [],
    { fetching: { allowPrivate: true, agent: { ca: CERTIFICATE } } },
  );
  onTestFinished(() => api.close());
  const post = async (to: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${api.base}${to}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const submit = (type: string, payload: object) => post('/submit_task', { task_type: type, payload });
  return { ...api, ...source, api: api.base, accepted, post, submit };
}

test('Every place of a film takes an address or the file itself', async () => {
  const { base, accepted, submit, asked } = await rig();
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
  const { base, accepted, submit } = await rig();
  const payload = { text: `Look at ${base}/fox.png`, prompt_wav_path: `${base}/voice.wav`, prompt_text: 'Hi.' };
  expect(await submit('cosyvoice', payload)).toMatchObject({ status: 200 });
  const [{ text, voice }] = accepted as [CosyvoiceInput];
  expect(voice.recording).toBe(WAV);
  expect(text).toContain(base);
});

test('Files of a template, and loaders of a graph that are known, take addresses; prompts do not', async () => {
  const { base, accepted, submit, asked } = await rig();
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
  const { base, accepted, submit } = await rig();
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

test('A request that is wrong anyway fetches nothing', async () => {
  const { base, asked, post } = await rig();
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
  const { base, asked, accepted, post, submit } = await rig();
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
  const { base, asked, submit } = await rig({ prepare: { ...noPrepares, comfyui } });
  const params = { IMAGE: `${base}/fox.png`, POSITIVE_PROMPT: 'x' };
  expect(await submit('comfyui', { template: 'wan_i2v', params })).toMatchObject({ status: 422, body: { errors } });
  const workflow = { '1': { class_type: 'LoadImage', inputs: { image: `${base}/fox.png` } } };
  expect(await submit('comfyui', { workflow })).toMatchObject({ status: 422, body: { errors } });
  expect(asked).toEqual([]);
});

test('A task of a list that was accepted before does not refuse the list, whose sources are fetched', async () => {
  const known = new Map<string, { fingerprint?: string }>();
  const { base, asked, post, assetRoot } = await rig({
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
  const { base, asked, submit } = await rig();
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

test('A clip that may be missing is left out when its address leads nowhere, with a warning', async () => {
  const { base, accepted, submit } = await rig();
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
  const { base, asked, post } = await rig(deps);
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
  const { base, accepted, post } = await rig();
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
  const { base, accepted, post, asked } = await rig();
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

test('What is both a file and a text in a pipeline, or is put together, stays for its step to fetch', async () => {
  const { base, accepted, post, asked } = await rig();
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

test('A bad source of a pipeline is told where it was written', async () => {
  const { base, post } = await rig();
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

test('A text that looks like an address stays as it is, in every place that is no file', async () => {
  const { base, accepted, asked, submit, assetRoot } = await rig();
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

test('Clients can read and delete fetched files, but store none beside them', async () => {
  const { api, submit, assetRoot } = await rig();
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
