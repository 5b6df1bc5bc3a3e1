import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckedPipeline, CheckedTask } from '../../src/api/checks/checks.ts';
import { packPipeline, packTask } from '../../src/checking/pack-checked.ts';
import { planOf } from '../../src/pipelines/plan.ts';
import type { PipelineInput, PipelineStep } from '../../src/contracts/pipeline.ts';
import type { TaskInput } from '../../src/contracts/task.ts';
import { encodeTask } from '../../src/tasks/encode-task.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const likeJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const head = { priority: 50, summary: 'a film', acceptedAt: '2026-01-04T09:32:56.000Z' };
const none = {
  client: undefined,
  tags: [],
  metadata: null,
  runAt: undefined,
  delaySeconds: undefined,
  webhook: undefined,
};
const input = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());

test('A task from the JSON of its thread equals the original task', () => {
  fc.assert(
    fc.property(input, fc.option(fc.string(), { nil: undefined }), (made, template) => {
      const whole = { ...made, ...(template === undefined ? {} : { template }) };
      const checked = { ...head, ...none, timeouts: {}, details: '', warnings: [], input: whole };
      const carried = packTask({ ...checked, taskType: 'comfyui' });
      const task = (one: object, encoded?: CheckedTask['encoded']) =>
        ({ ...head, taskType: 'comfyui', gpuQueue: 'gpu', input: one, ...(encoded && { encoded }) }) as never;
      expect(JSON.parse(text(encodeTask(task(carried.input, carried.encoded))))).toEqual(likeJson(task(whole)));
      expect(carried.input).toEqual('template' in whole ? { template: whole.template } : {});
    }),
  );
});

const step = (id: string, forEach: unknown, payload: object): PipelineStep => ({
  id,
  taskType: 'remotion_render',
  payload: { ...payload },
  priority: null,
  queueSeconds: null,
  runSeconds: null,
  onError: 'fail',
  forEach,
  after: ['voice'],
});

test('So does a pipeline, and its plan comes from the fields that stay', () => {
  const lists = fc.oneof(fc.constant(null), fc.array(fc.jsonValue()), fc.constant({ $from: 'voice.sentences' }));
  fc.assert(
    fc.property(fc.array(fc.tuple(lists, input)), fc.jsonValue(), (made, output) => {
      const steps = made.map(([list, payload], place) => step(`s${place}`, list, payload));
      const checked: CheckedPipeline = {
        name: undefined,
        ...none,
        details: '',
        warnings: [],
        ...head,
        output,
        steps,
      };
      const carried = packPipeline(checked);
      const pipeline = { ...head, taskType: 'pipeline', client: 'me', mostTasks: 200 } as const;
      const { encoded, steps: outline } = carried;
      const sent = { ...pipeline, steps: outline, output: null, ...(encoded && { encoded }) };
      expect(JSON.parse(text(encodeTask(sent)))).toEqual(likeJson({ ...pipeline, steps, output }));
      expect(planOf(outline)).toEqual(planOf(steps));
    }),
  );
});

test('Fields without a value are left out, as JSON does it', () => {
  const task = { ...head, taskType: 'cosyvoice', gpuQueue: 'gpu', queueSeconds: undefined, input: {} };
  expect(JSON.parse(text(encodeTask(task as unknown as TaskInput)))).not.toHaveProperty('queueSeconds');
  expect(text(encodeTask({ taskType: 'pipeline' } as PipelineInput))).toBe('{"taskType":"pipeline"}');
});
