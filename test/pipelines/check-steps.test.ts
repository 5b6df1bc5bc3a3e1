import { expect, test } from 'vitest';
import { pipelineSchema } from '../../src/contracts/pipeline.ts';
import { checkSteps } from '../../src/pipelines/check-steps.ts';

const voice = { id: 'voice', task_type: 'cosyvoice', payload: { text: 'One. Two.', voice_id: 'anna' } };
const picture = (payload: object, more: object = {}) => ({ id: 'picture', task_type: 'comfyui', payload, ...more });
const check = (steps: unknown[], output?: unknown) => {
  const parsed = pipelineSchema.parse({ steps, output });
  return checkSteps(parsed.steps, parsed.output);
};
const errorsOf = (steps: unknown[], output?: unknown) => check(steps, output).errors;

test('References make the order, and depends_on adds to it', () => {
  const { steps, errors } = check([
    {
      id: 'film',
      task_type: 'remotion_render',
      payload: { timeline: { audioSrc: { $from: 'voice.output_path' } } },
      depends_on: ['picture'],
    },
    picture({ params: { PROMPT: '${$item.text}' } }, { for_each: { $from: 'voice.sentences' } }),
    voice,
  ]);
  expect(errors).toEqual([]);
  expect(steps.map(({ id, after }) => [id, after])).toEqual([
    ['voice', []],
    ['picture', ['voice']],
    ['film', ['voice', 'picture']],
  ]);
});

test('A field that the type does not produce is refused by its path, with the one that was meant', () => {
  expect(errorsOf([voice, picture({ params: { A: { $from: 'voice.outputpath' } } })])).toEqual([
    {
      path: 'steps[1].payload.params.A',
      message: expect.stringContaining('voice has no outputpath; did you mean output_path?') as string,
    },
  ]);
  expect(errorsOf([voice, picture({ params: { A: '${voice.sentences[0].txt}' } })])[0]?.message).toContain(
    'voice.sentences[0] has no txt; did you mean text?',
  );
  expect(errorsOf([voice, picture({ params: { A: { $from: 'voice.output_path.name' } } })])[0]?.message).toBe(
    'voice.output_path is a plain value without parts',
  );
  expect(errorsOf([voice, picture({ a: { $from: 'voice.sentences.text' } })])[0]?.message).toContain(
    'voice.sentences is a list',
  );
  expect(errorsOf([voice, picture({ a: { $from: 'voice[0]' } })])[0]?.message).toBe('voice is not a list');
});

test('Unknown steps, self-references and duplicate ids are refused by their paths', () => {
  expect(errorsOf([voice, picture({ a: { $from: 'voise.output_path' } })])).toEqual([
    { path: 'steps[1].payload.a', message: 'there is no step voise; did you mean voice?' },
  ]);
  expect(errorsOf([picture({ a: '${picture.seed}' })])).toEqual([
    { path: 'steps[0].payload.a', message: 'step picture refers to itself' },
  ]);
  expect(errorsOf([voice, voice])).toEqual([
    { path: 'steps[1].id', message: 'steps[0] has the id voice too; ids must be different' },
  ]);
  expect(errorsOf([picture({}, { depends_on: ['voice', 'picture'] })]).map(({ path }) => path)).toEqual([
    'steps[0].depends_on[0]',
    'steps[0].depends_on[1]',
  ]);
});

test('A round of steps that need each other is named', () => {
  const steps = [
    { id: 'a', task_type: 'comfyui', payload: { x: { $from: 'b.seed' } } },
    { id: 'b', task_type: 'comfyui', payload: { x: { $from: 'c.seed' } } },
    { id: 'c', task_type: 'comfyui', payload: { x: { $from: 'a.seed' } } },
  ];
  expect(errorsOf(steps)).toEqual([
    { path: 'steps[0]', message: 'these steps wait for each other: a, which needs b, which needs c, which needs a' },
  ]);
});

test('$item and $index mean something under for_each and in $each only, and know what an item has', () => {
  expect(errorsOf([picture({ a: '${$index}' })])[0]?.message).toContain('only be used under for_each');
  const each = { for_each: { $from: 'voice.sentences' } };
  expect(errorsOf([voice, picture({ a: { $from: '$item.start' } }, each)])[0]?.message).toContain('$item has no start');
  expect(errorsOf([voice, picture({ a: { $from: '$item.start_ms' } }, each)])).toEqual([]);
  // Nobody knows what a literal list holds.
  expect(errorsOf([picture({ a: { $from: '$item.anything' } }, { for_each: [{ anything: 1 }] })])).toEqual([]);
  const clips = { $for: { $from: 'voice.sentences' }, $each: { startMs: { $from: '$item.startms' } } };
  expect(errorsOf([voice, picture({ clips })])).toEqual([
    {
      path: 'steps[1].payload.clips.$each.startMs',
      message: expect.stringContaining('did you mean start_ms?') as string,
    },
  ]);
});

test('The result of a step with for_each is a list', () => {
  const pictures = picture({}, { for_each: { $from: 'voice.sentences' } });
  expect(errorsOf([voice, pictures], { $from: 'picture.files' })[0]?.message).toContain('picture is a list');
  expect(errorsOf([voice, pictures], { all: { $from: 'picture' }, first: '${picture[0].files[0].path}' })).toEqual([]);
});

test('for_each and $for want a list', () => {
  const paths = (steps: unknown[]) => errorsOf(steps).map(({ path }) => path);
  expect(paths([voice, picture({}, { for_each: { $from: 'voice.output_path' } })])).toEqual(['steps[1].for_each']);
  expect(paths([picture({}, { for_each: 3 })])).toEqual(['steps[0].for_each']);
  expect(paths([picture({ a: { $for: 'abc', $each: 1 } })])).toEqual(['steps[0].payload.a.$for']);
});

test('A syntax error is reported in words', () => {
  const messages = (value: unknown) => errorsOf([voice, picture({ a: value })]).map(({ message }) => message);
  expect(messages({ $from: 'voice.output_path', else: 1 })).toEqual(['expected no other fields next to $from']);
  expect(messages({ $from: 7 })[0]).toContain('expected a reference in $from');
  expect(messages('${voice output}')[0]).toContain('${voice output} is not a reference');
  expect(messages({ $for: [] })[0]).toContain('expected both $for');
});
