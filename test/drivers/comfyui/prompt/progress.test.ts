import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stageSchema } from '../../../../src/contracts/task-status.ts';
import type { ComfyuiEvent } from '../../../../src/drivers/comfyui/client/socket-events.ts';
import { createProgress, weightOf } from '../../../../src/drivers/comfyui/prompt/progress.ts';
import { paint } from '../rig.ts';

const graph = paint(20);
const ids = fc.constantFrom(...Object.keys(graph), 'unknown');
const number = fc.integer({ min: -5, max: 50 });
const events: fc.Arbitrary<ComfyuiEvent> = fc.oneof(
  fc.record({ type: fc.constant('node' as const), node: ids }),
  fc.record({ type: fc.constant('cached' as const), nodes: fc.array(ids) }),
  fc.record({ type: fc.constant('steps' as const), node: ids, value: number, max: number }),
  fc.record({
    type: fc.constant('states' as const),
    nodes: fc.array(fc.record({ node: ids, value: number, max: number, finished: fc.boolean() })),
  }),
);

test('Whatever events come in whatever order, progress stays between 0 and 1 and never falls', () => {
  fc.assert(
    fc.property(fc.array(events), (list) => {
      const progress = createProgress(graph);
      let before = 0;
      for (const event of list) {
        progress.apply(event);
        const { fraction } = progress.current();
        expect(fraction).toBeGreaterThanOrEqual(before);
        expect(fraction).toBeLessThanOrEqual(1);
        before = fraction;
      }
    }),
  );
});

test('Whatever numbers a server sends, the step is one that a status may have', () => {
  const any = fc.oneof(fc.double(), fc.integer());
  fc.assert(
    fc.property(fc.constantFrom('steps' as const, 'states' as const), any, any, (type, value, max) => {
      const progress = createProgress(graph);
      const node = 'sampler';
      progress.apply(
        type === 'steps' ? { type, node, value, max } : { type, nodes: [{ node, value, max, finished: false }] },
      );
      expect(stageSchema.parse(progress.current().stage)).toMatchObject({ name: 'KSampler', node });
    }),
  );
  expect(createProgress(graph).current().stage).toBeNull();
});

test('Half of the steps of the only sampler are about half of the work', () => {
  const progress = createProgress(graph);
  progress.apply({ type: 'steps', node: 'sampler', value: 10, max: 20 });
  expect(progress.current().text).toBe('KSampler 10/20');
  expect(progress.current().stage).toEqual({ name: 'KSampler', node: 'sampler', step: 10, steps: 20 });
  expect(progress.current().fraction).toBeGreaterThan(0.3);
  expect(progress.current().fraction).toBeLessThan(0.5);
});

test("A node's own title is shown where it has one", () => {
  const titled = { 1: { class_type: 'VAEDecode', inputs: {}, _meta: { title: 'Decode the film' } } };
  const progress = createProgress(titled);
  progress.apply({ type: 'node', node: '1' });
  expect(progress.current().text).toBe('Decode the film');
});

test('All nodes from the cache are all of the work', () => {
  const progress = createProgress(graph);
  progress.apply({ type: 'cached', nodes: Object.keys(graph) });
  expect(progress.current().fraction).toBe(1);
});

test('Two experts that share the steps weigh as much as their parts, and a scheduler weighs no steps', () => {
  const experts = {
    high: { class_type: 'KSamplerAdvanced', inputs: { steps: 20, start_at_step: 0, end_at_step: 12 } },
    low: { class_type: 'KSamplerAdvanced', inputs: { steps: 20, start_at_step: 12, end_at_step: 10_000 } },
    schedule: { class_type: 'BasicScheduler', inputs: { steps: 30 } },
    custom: { class_type: 'SamplerCustomAdvanced', inputs: { sigmas: ['schedule', 0] } },
  };
  expect(Object.keys(experts).map((id) => weightOf(experts, id))).toEqual([13, 9, 1, 31]);
});
