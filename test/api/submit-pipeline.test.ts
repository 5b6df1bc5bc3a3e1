import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { PipelineInput } from '../../src/contracts/pipeline.ts';
import type { TaskInput } from '../../src/contracts/task.ts';
import { startApi, TASK_ID, type ApiRig } from '../helpers/api-rig.ts';
import { makeAssetFolder } from '../helpers/asset-folder.ts';
import { preparesIn } from '../helpers/pipeline-api.ts';
import { recording } from '../voices/rig.ts';

let api: ApiRig;
let assets: Awaited<ReturnType<typeof makeAssetFolder>>;
const startTask = vi.fn<(id: string, task: TaskInput | PipelineInput) => Promise<'started'>>();
beforeAll(async () => {
  assets = await makeAssetFolder();
  await mkdir(path.join(assets.root, 'voices'), { recursive: true });
  await writeFile(path.join(assets.root, 'voices', 'anna.wav'), recording(5));
  await writeFile(path.join(assets.root, 'voices', 'anna.txt'), 'What is said in it.');
  api = await startApi({ startTask, prepare: preparesIn(assets.root) });
});
afterAll(async () => {
  await api.close();
  await assets.remove();
});
beforeEach(() => void startTask.mockReset().mockResolvedValue('started'));

const submit = (body: unknown) =>
  fetch(`${api.base}/submit_pipeline`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
const errorsOf = async (steps: unknown, more: object = {}): Promise<{ path: string; message: string }[]> => {
  const response = await submit({ steps, ...more });
  expect(response.status).toBe(422);
  return ((await response.json()) as { errors: { path: string; message: string }[] }).errors;
};
const pathsOf = async (steps: unknown, more: object = {}) =>
  (await errorsOf(steps, more)).map(({ path: where }) => where);

const voice = { id: 'voice', task_type: 'cosyvoice', payload: { text: 'One. Two.', voice_id: 'anna' } };
const pictures = {
  id: 'pictures',
  task_type: 'comfyui',
  for_each: { $from: 'voice.sentences' },
  payload: { template: 'flux_dev', params: { POSITIVE_PROMPT: 'a fox, ${$item.text}', WIDTH: 1088, HEIGHT: 1920 } },
};
const film = {
  id: 'film',
  task_type: 'remotion_render',
  payload: {
    timeline: {
      width: 1080,
      height: 1920,
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
};

test('A short film is a page of JSON, accepted like a task', async () => {
  const response = await submit({
    name: 'fox',
    priority: 70,
    steps: [film, voice, pictures],
    output: { $from: 'film.output_path' },
  });
  expect({ status: response.status, body: await response.json() }).toEqual({
    status: 200,
    body: { status: 'queued', task_id: TASK_ID },
  });
  const [id, pipeline] = startTask.mock.calls[0] ?? [];
  expect(id).toBe(TASK_ID);
  expect(pipeline).toMatchObject({
    taskType: 'pipeline',
    priority: 70,
    summary: 'fox: 3 steps',
    steps: [
      { id: 'voice', after: [] },
      { id: 'pictures', after: ['voice'], onError: 'fail' },
      { id: 'film', after: ['voice', 'pictures'] },
    ],
  });
});

test('Payloads are checked as far as they are known, by the rules of their types', async () => {
  expect(await pathsOf([{ ...voice, payload: { text: '', voice_id: 'nobody' } }])).toEqual(
    expect.arrayContaining(['steps[0].payload.text']),
  );
  const wide = { ...pictures, payload: { ...pictures.payload, params: { ...pictures.payload.params, WIDTH: 'wide' } } };
  expect(await pathsOf([voice, wide])).toEqual(['steps[1].payload.params.WIDTH']);
  const timeline = { ...film.payload.timeline, fps: 'many', clips: [], bgmSrc: 'music/missing.mp3' };
  expect(await pathsOf([voice, { ...film, payload: { timeline } }])).toEqual([
    'steps[1].payload.timeline.fps',
    'steps[1].payload.timeline.bgmSrc',
  ]);
});

test('Every item of a list that is known is checked', async () => {
  const each = {
    ...pictures,
    for_each: [512, 'wide'],
    payload: { ...pictures.payload, params: { POSITIVE_PROMPT: 'a fox', WIDTH: { $from: '$item' } } },
  };
  expect(await errorsOf([each])).toEqual([
    { path: 'steps[0].payload.params.WIDTH', message: expect.stringContaining('(for item 1)') as string },
  ]);
});

const script = 'Snow falls on the harbour. A lamp goes on in the window. Nobody is there to see it.';
const said = { ...voice, payload: { ...voice.payload, text: script } };
const drawn = (prompts: string[]) => ({
  ...pictures,
  for_each: prompts,
  payload: { template: 'flux_dev', params: { POSITIVE_PROMPT: { $from: '$item' } } },
});

test('Fewer prompts than the script has sentences are refused before anything is spoken or drawn', async () => {
  const place = 'steps[2].payload.timeline.clips.$each.src';
  expect(await errorsOf([said, drawn(['snow', 'a lamp']), film])).toEqual([
    {
      path: place,
      message: 'pictures[2] does not exist: pictures has 2 items, and voice.sentences has 3 items',
    },
  ]);
  expect((await submit({ steps: [said, drawn(['snow', 'a lamp', 'nobody']), film] })).status).toBe(200);
  // A script that another step makes may have any number of sentences.
  const written = { ...said, payload: { ...said.payload, text: '${pictures[0].texts[0].text}' } };
  expect((await submit({ steps: [written, drawn(['snow']), film] })).status).toBe(200);
});

test('More pictures than sentences have no time to begin, and an output must be there too', async () => {
  const clips = {
    $for: ['picture.png', 'picture.png'],
    $each: { src: { $from: '$item' }, startMs: { $from: 'voice.sentences[$index].start_ms' } },
  };
  const slides = { ...film, payload: { timeline: { ...film.payload.timeline, clips } } };
  const one = { ...voice, payload: { ...voice.payload, text: 'Snow falls on the harbour.' } };
  expect(await errorsOf([one, slides], { output: { $from: 'voice.sentences[5].text' } })).toEqual([
    {
      path: 'steps[1].payload.timeline.clips.$each.startMs',
      message: 'voice.sentences[1] does not exist: voice.sentences has 1 item, and the list has 2 items',
    },
    { path: 'output', message: 'voice.sentences[5] does not exist: voice.sentences has 1 item' },
  ]);
});

test('The sentences of a script are known before they are spoken', async () => {
  const prompts = { template: 'flux_dev', params: { POSITIVE_PROMPT: 'a fox', WIDTH: '${$item.text}' } };
  const [error] = await errorsOf([said, { ...pictures, payload: prompts }]);
  expect(error?.path).toBe('steps[1].payload.params.WIDTH');
  expect(error?.message).toMatch(/\(for items 0, 1, 2\)$/);
});

test('A bad payload of a step over an unknown list is refused too', async () => {
  const unknown = {
    ...pictures,
    for_each: { $from: 'first.files' },
    payload: {
      template: 'flux_dev',
      params: { POSITIVE_PROMPT: '${$item.path}', WIDTH: 'wide', SEED: { $from: '$index' } },
    },
  };
  const first = {
    ...pictures,
    id: 'first',
    for_each: undefined,
    payload: { template: 'flux_dev', params: { POSITIVE_PROMPT: 'a fox' } },
  };
  expect(await pathsOf([first, unknown])).toEqual(['steps[1].payload.params.WIDTH']);
});

test('All errors are reported at once, each with its path', async () => {
  expect(
    await pathsOf(
      [
        { ...voice, payload: { voice_id: 'anna' } },
        { ...pictures, for_each: { $from: 'voice.sentence' }, depends_on: ['music'] },
      ],
      { output: { $from: 'film' } },
    ),
  ).toEqual(['steps[1].for_each', 'steps[1].depends_on[0]', 'output', 'steps[0].payload.text']);
});

test('A body that is not a pipeline is refused', async () => {
  expect(await pathsOf([])).toEqual(['steps']);
  expect(await pathsOf('all')).toEqual(['steps']);
  expect(await pathsOf([{ ...voice, id: 'a b', task_type: 'magic', on_error: 'ignore', priority: 'high' }])).toEqual([
    'steps[0].id',
    'steps[0].task_type',
    'steps[0].priority',
    'steps[0].on_error',
  ]);
});

test('The refusal of a pipeline that is posted as a task names the right endpoint', async () => {
  const post = async (body: object) => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`${api.base}/submit_task`, { method: 'POST', headers, body: JSON.stringify(body) });
    return [response.status, await response.json()];
  };
  const message = expect.stringContaining('POST /submit_pipeline') as string;
  expect(await post({ steps: [voice] })).toMatchObject([422, { errors: [{ path: 'steps', message }] }]);
  expect(await post({ task_type: 'pipeline', payload: {} })).toMatchObject([
    422,
    { errors: [{ path: 'task_type', message }] },
  ]);
});

test('A misspelt field of a step is reported together with all other errors', async () => {
  const misspelt = { ...pictures, onError: 'skip', depends_on: ['music'] };
  expect(await pathsOf([voice, misspelt])).toEqual(['steps[1].onError', 'steps[1].depends_on[0]']);
  expect(await pathsOf([voice, { ...misspelt, priority: 'high' }])).toEqual(['steps[1].onError', 'steps[1].priority']);
});

test('Items that follow from a script are counted', async () => {
  const long = { ...voice, payload: { ...voice.payload, text: `${script} `.repeat(100) } };
  expect(await errorsOf([long, pictures])).toMatchObject([
    { path: 'steps', message: expect.stringContaining('this pipeline has 301') as string },
  ]);
});

test('A list that is far too long is refused like any that is too long', async () => {
  const many = { ...pictures, for_each: Array.from({ length: 150_000 }, () => 1) };
  expect(await errorsOf([voice, many])).toMatchObject([
    { path: 'steps', message: expect.stringContaining('this pipeline has 150001') as string },
  ]);
});

test('More tasks than one pipeline may have are refused before any task is checked', async () => {
  const each = { ...pictures, for_each: Array.from({ length: 200 }, (_, index) => ({ text: String(index) })) };
  expect(await errorsOf([voice, each])).toEqual([
    {
      path: 'steps',
      message:
        'expected at most 200 tasks, counting the items of for_each; this pipeline has 201 (limit MAX_PIPELINE_TASKS)',
    },
  ]);
});
