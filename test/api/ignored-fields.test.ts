import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPipelineApi, type PipelineApi } from '../helpers/pipeline-api.ts';

let rig: PipelineApi;
beforeAll(async () => {
  rig = await startPipelineApi(['a.png']);
});
afterAll(() => rig.close());

const voice = { id: 'voice', task_type: 'cosyvoice', payload: { text: 'Hello.', voice_id: 'luna' } };
const film = (clip: object, more: object = {}) => ({
  id: 'film',
  task_type: 'remotion_render',
  payload: { timeline: { durationInFrames: 30, clips: [{ src: 'a.png', ...clip }] }, ...more },
});
const IGNORED = [
  'steps[1].payload.outputPath is unknown and was ignored; did you mean steps[1].payload.output_path?',
  'steps[1].payload.timeline: clips[0].opacity was ignored; it belongs at clips[0].style.opacity',
];

test('The answer to a pipeline lists the ignored fields in the payloads of its steps', async () => {
  const { status, answer } = await rig.submit({ steps: [voice, film({ opacity: 0.5 }, { outputPath: 'x' })] });
  expect([status, answer]).toEqual([200, expect.objectContaining({ status: 'queued', warnings: IGNORED })]);
});

test('A field that every item of a list has is listed once', async () => {
  const each = { ...film({ opacity: 0.5 }, { outputPath: 'x' }), for_each: ['a', 'b', 'c'] };
  expect((await rig.submit({ steps: [voice, each] })).answer).toHaveProperty('warnings', IGNORED);
});

test('A refusal lists errors and ignored fields, each in its place', async () => {
  const wrong = film({ opacity: 0.5, volume: 7 }, { outputPath: 'x' });
  const { status, answer } = await rig.submit({ steps: [voice, wrong] });
  expect([status, answer]).toEqual([
    422,
    expect.objectContaining({
      code: 'invalid_request',
      errors: [{ path: 'steps[1].payload.timeline.clips[0].volume', message: 'expected at most 1' }],
      warnings: IGNORED,
    }),
  ]);
});

test('The refusal of a task does the same, whatever is wrong with the task', async () => {
  for (const [body, path, warning] of [
    [{ ...voice, priorty: 9, payload: { text: 'Hi', voice: 'luna' } }, 'payload.voice_id', 'priorty is unknown'],
    [{ priority: 'x', timeouts: { runSeconds: 1 }, ...voice }, 'priority', 'timeouts.runSeconds is unknown'],
    [{ ...film({ volume: 9, durationsec: 1 }) }, 'payload.timeline.clips[0].volume', 'clips[0].durationsec is unknown'],
    [{ ...voice, task_type: 'speech', out_put: 1, 'time-outs': {} }, 'task_type', 'time-outs is unknown'],
  ] as const) {
    const response = await rig.api.submit(body);
    const answer = (await response.json()) as { errors: { path: string }[]; warnings: string[] };
    expect(response.status).toBe(422);
    expect(answer.errors.map((one) => one.path)).toContain(path);
    expect(answer.warnings.join('\n')).toContain(warning);
  }
});

test('Unknown fields are listed too, and cause no error', async () => {
  const answer = await (await rig.api.submit({ ...voice, notify_me: 'http://a', id: undefined })).json();
  expect(answer).toMatchObject({ status: 'queued', warnings: ['notify_me is unknown and was ignored'] });
  const sent = { description: 'mine', notify: 'me', steps: [{ ...voice, payload: { ...voice.payload, mood: 'dry' } }] };
  expect((await rig.submit(sent)).answer).toMatchObject({
    status: 'queued',
    warnings: ['notify is unknown and was ignored', 'steps[0].payload.mood is unknown and was ignored'],
  });
});

test('Parameters that a template does not have are listed when the task is submitted', async () => {
  const picture = {
    task_type: 'comfyui',
    payload: { template: 'flux_dev', params: { POSITIVE_PROMPT: 'a', STEP: 5 } },
  };
  expect(await (await rig.api.submit(picture)).json()).toHaveProperty('warnings', [
    'payload.params.STEP is not a parameter of the template and was ignored',
  ]);
});

test('Text that a program wrote instead of an object is found in graphs and overrides', async () => {
  const graph = { '3': { class_type: 'Text', inputs: { text: 'a fox, [object Object], snow' } } };
  const override = { template: 'flux_dev', params: { POSITIVE_PROMPT: 'a', '6': { text: '[object Object]' } } };
  for (const [payload, path] of [
    [{ workflow: graph }, 'payload.workflow.3.inputs.text'],
    [override, 'payload.params.6.text'],
  ] as const) {
    const answer = (await (await rig.api.submit({ task_type: 'comfyui', payload })).json()) as {
      errors: { path: string; message: string }[];
    };
    expect(answer.errors).toContainEqual({ path, message: expect.stringContaining('a program wrote') as string });
  }
});

const send = async (method: string, page: string, body: object) => {
  const response = await fetch(`${rig.api.base}${page}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as { warnings?: string[] };
};

test('Endpoints for small requests report misspelt fields too', async () => {
  expect((await send('POST', '/queue/pause', { reson: 'x' })).warnings).toEqual([
    'reson is unknown and was ignored; did you mean reason?',
  ]);
  expect((await send('POST', '/queue/drain?wiat=1', { Reason: 'x' })).warnings).toEqual([
    'Reason is unknown and was ignored; did you mean reason?',
    'wiat is unknown and was ignored; did you mean wait?',
  ]);
});
