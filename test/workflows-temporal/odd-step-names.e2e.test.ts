import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createPipelineRig, itemsOf, type PipelineRig } from '../helpers/pipeline-rig.ts';

/** Names that objects of JavaScript have by themselves, or that something treats in a way of its own. */
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  'then',
  'valueOf',
  'prototype',
  'items',
  'WHOLE',
  'toJSON',
];

let rig: PipelineRig;
beforeAll(async () => {
  rig = await createPipelineRig(() => Promise.resolve());
});
afterEach(() => rig.clear());
afterAll(() => rig.stop());

const voice = (id: string, text: string, more: object = {}) => ({
  id,
  task_type: 'cosyvoice',
  payload: { text },
  ...more,
});
/** As a client sees it. */
const overHttp = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

test(
  'Steps may be called what objects of JavaScript have by themselves, with one task or many',
  { timeout: 120_000 },
  async () => {
    const steps = NAMES.flatMap((name, index) => [
      voice(name, `Voice of number ${index}.`),
      voice(`_${name}`, '${$item.text} ${$index}', { for_each: { $from: `${name}.sentences` } }),
    ]);
    const output = NAMES.map((name) => ({
      sentence: { $from: `${name}.sentences[0].text` },
      item: { $from: `_${name}[0].sentences[0].text` },
      all: { $from: `_${name}` },
    }));
    const id = await rig.submitPipeline({ steps, output });
    const ended = overHttp(await rig.end(id)) as { output: { sentence: string; item: string; all: object[] }[] };
    expect(ended.output.map(({ sentence, item, all }) => [sentence, item, all.length])).toEqual(
      NAMES.map((_, index) => [`Voice of number ${index}.`, expect.stringContaining(`Voice of number ${index}.`), 1]),
    );
    await rig.reconcile();
    const answer = overHttp(await rig.status(id));
    const told = new Map(Object.entries(answer.result.steps));
    expect([...told.keys()].toSorted()).toEqual(NAMES.flatMap((name) => [name, `_${name}`]).toSorted());
    for (const [index, name] of NAMES.entries()) {
      const step = told.get(name) as { status: string; result: { output_path: string } };
      expect(step).toMatchObject({ status: 'completed', result: { output_path: `audio/${rig.taskOf(id, name)}.wav` } });
      expect(step.result).toMatchObject({ sentences: [{ text: `Voice of number ${index}.` }] });
    }
  },
);

test('So may steps of several items, and those that others wait for', async () => {
  const many = (id: string, after: string[]) =>
    voice(id, '${$item.text}', { for_each: { $from: 'first.sentences' }, depends_on: after });
  const steps = [
    voice('first', 'The first one. The second one.'),
    ...NAMES.map((name, index) => many(name, index === 0 ? [] : [NAMES[index - 1] ?? ''])),
  ];
  const output = Object.fromEntries(NAMES.map((name) => [`of ${name}`, { $from: `${name}[1].sentences[0].text` }]));
  const id = await rig.submitPipeline({ steps, output });
  expect(overHttp(await rig.end(id))).toEqual({
    output: Object.fromEntries(NAMES.map((name) => [`of ${name}`, 'The second one.'])),
  });
  await rig.reconcile();
  const { result } = overHttp(await rig.status(id));
  for (const name of NAMES.filter((one) => one !== '__proto__'))
    expect(itemsOf(result, name).map(({ status, task_id }) => [status, task_id])).toEqual([
      ['completed', rig.taskOf(id, name, 0)],
      ['completed', rig.taskOf(id, name, 1)],
    ]);
  expect(Object.getOwnPropertyNames(result.steps)).toContain('__proto__');
});

test('Output may have such names, too', async () => {
  const sent = '{"__proto__": {"$from": "then"}, "constructor": 1, "then": "${then.sentences[0].text}"}';
  const id = await rig.submitPipeline({ steps: [voice('then', 'Hello there.')], output: JSON.parse(sent) as object });
  const { output } = (await rig.end(id)) as { output: object };
  expect(JSON.stringify(output)).toMatch(
    /^\{"__proto__":\{.*"sentences":.*\},"constructor":1,"then":"Hello there\."\}$/,
  );
});
