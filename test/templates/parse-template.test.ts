import { describe, expect, test } from 'vitest';
import { parseTemplate, TemplateError } from '../../src/templates/parse-template.ts';

const graph = (nodes: object): string => JSON.stringify(nodes);
const thing = (inputs: object) => ({ '1': { class_type: 'Thing', inputs } });
const problem = (graphText: string, params?: unknown): string => {
  try {
    parseTemplate('t', graphText, params === undefined ? undefined : JSON.stringify(params));
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateError);
    return (error as Error).message;
  }
};

describe('Without a params file', () => {
  const types = (nodes: object) =>
    Object.fromEntries(
      [...parseTemplate('t', graph(nodes), undefined).params].map(([name, spec]) => [name, spec.type]),
    );

  test('a placeholder is any plain value, except where its place says more', () => {
    expect(
      types({
        '1': { class_type: 'KSampler', inputs: { seed: '{{S}}', steps: '{{STEPS}}' } },
        '2': { class_type: 'LoadImage', inputs: { image: '{{PICTURE}}' } },
        '3': { class_type: 'CLIPTextEncode', inputs: { text: 'a {{COLOUR}} fox, {{STYLE}}' } },
        '4': { class_type: 'SaveImage', inputs: { filename_prefix: '{{TASK_ID}}/{{SEED}}' } },
      }),
    ).toEqual({ S: 'seed', STEPS: 'scalar', PICTURE: 'file', COLOUR: 'scalar', STYLE: 'scalar', SEED: 'seed' });
  });

  test('a placeholder that is a seed somewhere is one, wherever else it stands', () => {
    expect(types(thing({ text: 'of {{S}}', seed: '{{S}}' }))).toEqual({ S: 'seed' });
  });
});

test('A params file may leave placeholders out, which are then inferred', () => {
  const template = parseTemplate(
    't',
    graph(thing({ a: '{{A}}', b: '{{B}}' })),
    JSON.stringify({ params: { A: { type: 'integer', default: 1 } } }),
  );
  expect([...template.params].map(([name, { type }]) => `${name} ${type}`)).toEqual(['A integer', 'B scalar']);
});

test.each([
  ['{', undefined, 't.json is not valid JSON'],
  ['[]', undefined, 'expected a graph in API format'],
  ['{}', undefined, 'expected at least one node'],
  [graph({ nodes: [], links: [] }), undefined, 'Workflow → Export (API)'],
  [graph({ '1': { inputs: {} } }), undefined, '1.class_type: expected the class of the node'],
  [graph(thing({ x: ['9', 0] })), undefined, '1.inputs.x: this link refers to node "9", which does not exist'],
  [graph(thing({ x: [1, 2] })), undefined, 'ComfyUI reads every list of two values as a link'],
  [graph(thing({ x: ['1', 0] })), undefined, 'the links of node "1" form a circle'],
  [graph(thing({ seed: 2 ** 60 })), undefined, '1.inputs.seed: this integer arrived as 1152921504606846976'],
  [graph({ '1': { class_type: '{{X}}', inputs: {} } }), undefined, 'the class of node 1 contains a placeholder'],
  [graph(thing({})), { params: { X: { type: 'integer' } } }, '{{X}} does not occur in the graph'],
  [graph(thing({ x: '{{X}}' })), { params: { X: { type: 'colour' } } }, 't.params.json: params.X.type'],
  [graph(thing({ x: '{{X}}' })), { params: { X: { type: 'string', minn: 1 } } }, 'minn'],
  [graph(thing({ x: '{{X}}' })), { params: { X: { type: 'integer', min: 5, default: 1 } } }, 'X has a wrong default'],
  [
    graph(thing({ x: '{{X}}' })),
    { params: { X: { type: 'integer', required: true, default: 1 } } },
    'required but has',
  ],
  [graph(thing({ x: '{{X}}' })), { params: { X: { type: 'integer', required: false } } }, 'not required but has no'],
  [
    graph(thing({ x: '{{X}}' })),
    { params: { X: { type: 'integer', max: 'Y' } } },
    'refers to Y, which is not a number',
  ],
  [graph(thing({ x: '{{X}} b' })), { params: { X: { type: 'file' } } }, 'must be the whole value of an input'],
  [graph(thing({ x: '{{X}}' })), { params: { X: { type: 'string', aliases: ['X'] } } }, 'X is given twice'],
  [graph(thing({ x: '{{TASK_ID}}' })), { params: { TASK_ID: { type: 'string' } } }, 'filled by the middleware'],
  [graph(thing({})), { outputs: [{ node: '9', kind: 'image' }] }, 'node 9, which is not in the graph'],
])('The graph %s with the params file %j is refused: %s', (graphText, params, message) => {
  expect(problem(graphText, params)).toContain(message);
});

test('Every problem of a graph is told at once', () => {
  const message = problem(graph({ '1': { inputs: { x: ['9', 0] } }, '2': 7 }));
  expect(message).toContain('1.class_type');
  expect(message).toContain('t.json: 2: expected a node');
  expect(message).toContain('node "9"');
});

test('A long chain of nodes is read quickly', () => {
  const nodes = Array.from({ length: 5000 }, (_, index) => [
    String(index),
    { class_type: 'A', inputs: index === 4999 ? {} : { x: [String(index + 1), 0] } },
  ]);
  expect(problem(graph(Object.fromEntries(nodes)))).toBe('none');
});

test('A graph of more nodes than anybody draws is refused before any is looked at', () => {
  const nodes = Array.from({ length: 5001 }, (_, index) => [String(index), {}]);
  expect(problem(graph(Object.fromEntries(nodes)))).toBe('t.json: expected at most 5000 nodes');
});
