import { describe, expect, test } from 'vitest';
import { applyOverrides } from '../../src/templates/overrides.ts';

const graph = {
  '3': { class_type: 'KSampler', inputs: { steps: 20, model: ['4', 0] } },
  '4': { class_type: 'Loader', inputs: {} },
  '12:3': { class_type: 'Inner', inputs: { text: 'a' } },
};
const apply = (params: Record<string, unknown>) => applyOverrides(graph, params, ['payload', 'params']);

describe('A node override', () => {
  test.each([
    [{ '3': { 'inputs.steps': 50 } }],
    [{ '3': { steps: 50 } }],
    [{ '3': { inputs: { steps: 50 } } }],
    [{ '3': { steps: 50, model: null } }],
  ])('%j sets an input of its node and nothing else', (params) => {
    const { graph: changed, errors, overridden } = apply(params);
    expect(errors).toEqual([]);
    expect(changed).toEqual({ ...graph, '3': { class_type: 'KSampler', inputs: { steps: 50, model: ['4', 0] } } });
    expect(overridden).toEqual([{ node: '3', input: 'steps' }]);
    expect(graph['3'].inputs.steps).toBe(20);
  });

  test('reaches nodes within subgraphs and inputs that the graph leaves out', () => {
    expect(apply({ '12:3': { text: 'b', mode: true } }).graph['12:3']?.inputs).toEqual({ text: 'b', mode: true });
  });

  test('is never taken from a parameter that is no number', () => {
    expect(apply({ STEPS: { steps: 1 }, toString: {} })).toEqual({ graph, overridden: [], errors: [] });
  });

  test.each([
    [{ '9': { steps: 1 } }, 'payload.params.9', 'there is no node 9; the graph has 3, 4, 12:3'],
    [{ '3': 50 }, 'payload.params.3', 'expected an object of inputs, such as {"3": {"steps": 20}}'],
    [{ '3': ['4', 0] }, 'payload.params.3', 'expected an object of inputs, such as {"3": {"steps": 20}}'],
    [
      { '3': { model: ['4', 1] } },
      'payload.params.3.model',
      'expected text, a number, true or false; not a list or an object',
    ],
    [
      { '3': { 'inputs.x': {} } },
      'payload.params.3.inputs.x',
      'expected text, a number, true or false; not a list or an object',
    ],
    [
      { '3': { seed: 2 ** 60 } },
      'payload.params.3.seed',
      expect.stringMatching(
        /^this integer arrived as 1152921504606846976, .* to 9007199254740991 .* as text/,
      ) as string,
    ],
  ])('%j is refused at %s', (params, path, message) => {
    expect(apply(params).errors).toEqual([{ path, message }]);
  });
});
