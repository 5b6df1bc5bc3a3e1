import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TaskType } from '../../src/contracts/names.ts';
import { pipelineSchema, type PipelineStatus, type StepPlan, type StepStatus } from '../../src/contracts/pipeline.ts';
import type { TaskStatusBody } from '../../src/contracts/task-status.ts';
import { ENGINES } from '../../src/contracts/engines.ts';
import { composePipeline } from '../../src/status/compose-pipeline.ts';
import type { StatusRecord } from '../../src/status/record.ts';
import { statusBody } from '../../src/status/status-body.ts';
import { blankRecord } from '../helpers/blank-record.ts';
import { TASK_ID } from '../helpers/api-rig.ts';
import { startPipelineApi, type PipelineApi } from '../helpers/pipeline-api.ts';

const page = await readFile(new URL('../../docs/pipelines.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) => JSON.parse(json) as object);
const pipelines = blocks.filter((block) => 'steps' in block);
const answers = blocks.filter((block) => 'status' in block);

let rig: PipelineApi;
beforeAll(async () => {
  rig = await startPipelineApi([]);
});
afterAll(() => rig.close());

test('Every JSON block of docs/pipelines.md is a pipeline or an answer', () => {
  expect(pipelines.length).toBeGreaterThan(3);
  expect(pipelines.length + answers.length).toBe(blocks.length);
});

const step = (id: string, taskType: TaskType, more: Partial<StepPlan> = {}): StepPlan => ({
  id,
  taskType,
  onError: 'fail',
  after: [],
  ...more,
});
const record: StatusRecord & { plan: StepPlan[] } = {
  ...blankRecord,
  taskType: 'pipeline',
  plan: [step('voice', 'cosyvoice'), step('pictures', 'comfyui', { items: 2 }), step('film', 'remotion_render')],
};
const keys = (value: object | null | undefined): string[] => Object.keys(value ?? {}).toSorted();
const firstItem = (one: StepStatus | undefined) => (one !== undefined && 'items' in one ? one.items?.[0] : undefined);

test('The status of docs/pipelines.md has the fields that a status has', () => {
  type PipelineBody = TaskStatusBody & { result: PipelineStatus };
  const [queued, shown] = answers as [object, PipelineBody];
  expect(keys(queued)).toEqual(['status', 'task_id']);
  const real = statusBody(TASK_ID, composePipeline(TASK_ID, record, new Map())) as PipelineBody;
  expect(keys(shown)).toEqual(keys(real));
  expect(keys(shown.result)).toEqual(keys(real.result));
  expect(keys(shown.result.steps)).toEqual(keys(real.result.steps));
  for (const [id, realStep] of Object.entries(real.result.steps)) {
    const shownStep = shown.result.steps[id];
    expect(keys(shownStep)).toEqual(keys(realStep));
    expect(keys(firstItem(shownStep))).toEqual(keys(firstItem(realStep)));
  }
});

const voice = { id: 'voice', task_type: 'cosyvoice', payload: { text: 'One.', voice_id: 'luna' } };
const film = (audioSrc: string) => ({
  id: 'film',
  task_type: 'remotion_render',
  payload: { timeline: { audioSrc: { $from: audioSrc } } },
});
const prompts = (count: number) => ({
  id: 'pictures',
  task_type: 'comfyui',
  for_each: Array.from({ length: count }, () => 'a fox'),
  payload: { template: 'flux_dev', params: { POSITIVE_PROMPT: '${$item}' } },
});
const clips = { $for: { $from: 'voice.sentences' }, $each: { src: { $from: 'pictures[$index].files[0].path' } } };
const illustrated = { ...film('voice.output_path'), payload: { timeline: { clips } } };
const speaks = (id: string, text: string) => ({ ...voice, id, payload: { ...voice.payload, text } });

test.each([
  [[voice, film('voise.output_path')]],
  [[voice, film('voice.output')]],
  [[speaks('voice', '${voice.srt_path}')]],
  [[speaks('a', '${b.srt_path}'), speaks('b', '${a.srt_path}')]],
  [[voice, voice]],
  [[voice, { ...speaks('more', 'Two.'), forEach: ['Two.'] }]],
  [[speaks('voice', 'Snow falls on the harbour. '.repeat(5)), prompts(3), illustrated]],
])('The errors in docs/pipelines.md are the real ones: %j', async (steps) => {
  const { status, answer } = await rig.submit({ steps });
  expect(status).toBe(422);
  const [error] = (answer as { errors: { path: string; message: string }[] }).errors;
  // The page leaves out the end of a list.
  const told = `\`${error?.path}\`: ${error?.message.replace(/(\(it has \w+, ).*\)$/, '$1…)')}`;
  expect(page).toContain(told);
});

test('docs/pipelines.md has every field of the request, and names none of a result that no type has', () => {
  const head = Object.keys(pipelineSchema.shape).filter((name) => name !== 'steps');
  const request = page.slice(page.indexOf('## The request'), page.indexOf('## What may fail'));
  for (const name of head) expect(request).toContain(`\`${name}\``);
  const fields = Object.keys(pipelineSchema.shape.steps.out.element.shape);
  expect(fields).toContain('for_each');
  for (const name of fields) expect(request).toContain(`\`steps[].${name}\``);
  for (const [type, { resultShape: shape }] of Object.entries(ENGINES)) {
    const row = request.split('\n').find((line) => line.startsWith(`| \`${type}\` |`)) ?? '';
    const named = [
      ...row
        .split('|')
        .slice(2)
        .join('|')
        .matchAll(/`(\w+)/g),
    ].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !Object.keys(shape).includes(name ?? ''))).toEqual([]);
  }
});
