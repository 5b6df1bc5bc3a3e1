import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Graph } from '../../src/contracts/comfyui.ts';
import { buildInput } from '../../src/templates/build-input.ts';
import { isLink, readGraph, SEED_NOT_WHOLE } from '../../src/templates/graph.ts';
import { applyOverrides } from '../../src/templates/overrides.ts';
import { resolveParams } from '../../src/templates/params.ts';
import { parseTemplate } from '../../src/templates/parse-template.ts';

const NAMES = ['A', 'B', 'SEED', 'TASK_ID', 'constructor', '__proto__'];
const CLASSES = ['KSampler', 'LoadImage', 'UNETLoader', 'Thing', 'constructor'];
const INPUTS = ['seed', 'image', 'unet_name', 'text', 'filename_prefix', '__value__'];
const name = fc.constantFrom(...NAMES);

/** What a client with bad intentions sends: links, graphs, placeholders, pieces of JSON. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    ['0', 0],
    ['1', 1.5],
    ['9', 0],
    [['0', 0]],
    { __value__: ['0', 0] },
    { class_type: 'Evil', inputs: {} },
    '", "class_type": "Evil',
    '["0", 0]',
    '{{A}}',
    '{{TASK_ID}} $& $1',
    '-1',
    2 ** 60,
  ),
  fc.jsonValue(),
);

const literal = fc.oneof(fc.string(), fc.integer(), fc.boolean());
const inputValue = (index: number) =>
  fc.oneof(
    literal,
    name.map((one) => `{{${one}}}`),
    fc.tuple(literal, name, name).map(([text, one, two]) => `${String(text)} {{ ${one} }}{{${two}}}`),
    ...(index === 0 ? [] : [fc.nat(index - 1).map((from) => [String(from), 0])]),
  );

const graph: fc.Arbitrary<Graph> = fc.integer({ min: 1, max: 5 }).chain((count) =>
  fc
    .tuple(
      ...Array.from({ length: count }, (_, index) =>
        fc.record({
          class_type: fc.constantFrom(...CLASSES),
          inputs: fc.dictionary(fc.constantFrom(...INPUTS), inputValue(index), { noNullPrototype: true }),
        }),
      ),
    )
    .map((nodes) => Object.fromEntries(nodes.map((node, index) => [String(index), node]))),
);

const spec = fc.constantFrom(
  { type: 'string' },
  { type: 'integer', min: 0, max: 100 },
  { type: 'scalar' },
  { type: 'json' },
  { type: 'seed' },
  { type: 'boolean', default: true },
);
const scalar = fc.oneof(fc.string(), fc.nat(100), fc.boolean());
/** Mostly what is accepted, so that much of it reaches the graph. */
const sometimesHostile = fc.oneof({ weight: 9, arbitrary: scalar }, { weight: 1, arbitrary: hostile });
const params = fc
  .tuple(fc.constantFrom(...NAMES), hostile, ...NAMES.map(() => scalar))
  .map(([which, value, ...plain]) =>
    Object.fromEntries([...NAMES.map((one, index) => [one, plain[index]]), [which, value]]),
  );
const override = fc.dictionary(fc.constantFrom(...INPUTS, '__proto__', 'inputs.text'), sometimesHostile, {
  maxKeys: 2,
  noNullPrototype: true,
});

test('With any params in any template, the graph is valid and wired as before, or the request is refused', () => {
  let run = 0;
  fc.assert(
    fc.property(graph, fc.option(spec), params, override, (nodes, aSpec, sentParams, change) => {
      const text = JSON.stringify(nodes);
      const usesA = /\{\{ ?A ?\}\}/.test(text);
      const paramsFile = aSpec === null || !usesA ? undefined : JSON.stringify({ params: { A: aSpec } });
      const template = parseTemplate('random', text, paramsFile);
      const sent = JSON.parse(JSON.stringify({ ...sentParams, '0': change })) as Record<string, unknown>;

      const { values, errors, ignored } = resolveParams(template, sent, { taskId: 't', randomSeed: () => 42 }, []);
      const overrides = applyOverrides(template.graph, sent, []);
      if (errors.length > 0 || overrides.errors.length > 0) return;
      const input = buildInput(template, values, (filled) => applyOverrides(filled, sent, []), ignored);
      const invalid = readGraph(input.graph, []).errors;
      // The one thing that only the whole graph shows; links are never among it.
      expect(
        invalid.filter(({ message }) => message !== SEED_NOT_WHOLE && !message.startsWith('this integer')),
      ).toEqual([]);
      if (invalid.length > 0) return;
      run += 1;

      // It survives the way to the worker.
      expect(JSON.parse(JSON.stringify(input))).toEqual(input);
      expect(Object.keys(input.graph)).toEqual(Object.keys(template.graph));
      const overridden = new Set(overrides.overridden.map(({ node, input: key }) => `${node} ${key}`));
      for (const [id, node] of Object.entries(input.graph)) {
        const before = template.graph[id];
        expect(node.class_type).toBe(before?.class_type);
        for (const [key, value] of Object.entries(node.inputs)) {
          const old = before?.inputs[key];
          if (overridden.has(`${id} ${key}`)) expect(value).not.toBeTypeOf('object');
          // A link is one of the template's own, and all of those are there.
          else if (isLink(value) || isLink(old)) expect(value).toEqual(old);
          else if (typeof old === 'number' || typeof old === 'boolean') expect(value).toBe(old);
          else if (/^\{\{\w+\}\}$/.test(String(old))) {
            const filled = values.get(String(old).slice(2, -2));
            expect(value).toEqual(Array.isArray(filled) ? { __value__: filled } : filled);
          } else expect(value).toBeTypeOf('string');
        }
      }
    }),
    { numRuns: 3000 },
  );
  expect(run).toBeGreaterThan(300);
});
