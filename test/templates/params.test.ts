import { describe, expect, test } from 'vitest';
import { resolveParams } from '../../src/templates/params.ts';
import type { Template } from '../../src/templates/template.ts';
import { oneNode } from '../helpers/template-rig.ts';

const resolve = (template: Template, sent: Record<string, unknown>) =>
  resolveParams(template, sent, { taskId: 'the-task', randomSeed: () => 42 }, ['payload', 'params']);

const one = (spec: object) => oneNode({ x: '{{X}}' }, { X: spec });
const outcome = (spec: object, sent: unknown): unknown => {
  const { values, errors } = resolve(one(spec), { X: sent });
  return errors[0]?.message ?? values.get('X');
};

const frames = { type: 'integer', min: 1, max: 257, step: 4 };
const size = { type: 'integer', min: 16, max: 2048, step: 16 };

describe('A value', () => {
  test.each([
    [{ type: 'string' }, 'a "quoted"\n{{SEED}} \\ text', 'a "quoted"\n{{SEED}} \\ text'],
    [{ type: 'string' }, '', ''],
    [{ type: 'integer' }, ' 20 ', 20],
    [{ type: 'integer' }, '+20', 20],
    [{ type: 'number' }, '3.5', 3.5],
    [{ type: 'number' }, 3, 3],
    [{ type: 'number', min: 0, step: 0.1 }, 0.3, 0.3],
    [{ type: 'boolean' }, 'false', false],
    [{ type: 'choice', choices: ['a', 8] }, '8', 8],
    [{ type: 'file' }, ' a.png ', 'a.png'],
    [frames, 81, 81],
    [size, 1024, 1024],
    [{ type: 'seed' }, '7', 7],
    [{ type: 'seed' }, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [{ type: 'scalar' }, '8', '8'],
    [{ type: 'scalar' }, false, false],
    [{ type: 'json' }, [1, 2, 3], [1, 2, 3]],
  ])('of %j may be %j', (spec, sent, value) => {
    expect(outcome(spec, sent)).toEqual(value);
  });

  test.each([
    [{ type: 'string' }, true, 'expected text'],
    [{ type: 'string' }, ['1', 0], 'expected text'],
    [{ type: 'string', maxLength: 3 }, 'four', 'expected text of at most 3 characters'],
    [{ type: 'integer' }, 2.5, 'expected a whole number'],
    [{ type: 'integer' }, 'many', 'expected a whole number'],
    [{ type: 'integer', max: 5 }, 6, 'expected a whole number up to 5'],
    [{ type: 'integer', min: 1, max: 100 }, 0, 'expected a whole number from 1 to 100'],
    [frames, 80, 'expected a whole number from 1 to 257 in steps of 4, such as 77 or 81'],
    [{ ...frames, max: 80 }, 79, 'expected a whole number from 1 to 80 in steps of 4, such as 77'],
    [size, 1000, 'expected a whole number from 16 to 2048 in steps of 16, such as 992 or 1008'],
    [{ type: 'number' }, true, 'expected a number'],
    [{ type: 'boolean' }, 'no', 'expected true or false'],
    [{ type: 'boolean' }, 1, 'expected true or false'],
    [{ type: 'choice', choices: ['simple', 'beta'] }, 'Simpel', 'expected one of simple, beta; did you mean simple?'],
    [{ type: 'file' }, 7, 'expected the path of a file under ASSET_PATH'],
    [{ type: 'scalar' }, ['4', 0], 'expected text, a number, true or false; not a list or an object'],
    [{ type: 'scalar' }, { a: 1 }, 'expected text, a number, true or false; not a list or an object'],
    [
      { type: 'json' },
      ['4', 0],
      'expected a value without a list of one text and one number, which ComfyUI reads as a link',
    ],
    [
      { type: 'json' },
      { __value__: ['4', 0] },
      'expected a value without a list of one text and one number, which ComfyUI reads as a link',
    ],
  ])('of %j may not be %j', (spec, sent, message) => {
    expect(outcome(spec, sent)).toBe(message);
  });

  test.each([2 ** 53, -2, 1.5, 'many', ['1', 0]])('of a seed may not be %j', (sent) => {
    expect(outcome({ type: 'seed' }, sent)).toContain('a whole number from 0 to 9007199254740991');
  });
});

describe('A seed', () => {
  test.each([{}, { SEED: null }, { SEED: -1 }, { SEED: '-1' }])('is drawn at random for %j', (sent) => {
    expect(resolve(oneNode({ seed: '{{SEED}}' }), sent).values.get('SEED')).toBe(42);
  });

  test('keeps the value 0', () => {
    expect(resolve(oneNode({ seed: '{{SEED}}' }), { SEED: 0 }).values.get('SEED')).toBe(0);
  });
});

describe('A parameter', () => {
  test('that is absent or null takes its default', () => {
    expect(resolve(one({ type: 'integer', default: 20 }), { X: null }).values.get('X')).toBe(20);
    expect(resolve(one({ type: 'boolean', default: false }), {}).values.get('X')).toBe(false);
  });

  test('without a default is required', () => {
    expect(resolve(one({ type: 'integer' }), {}).errors).toEqual([
      { path: 'payload.params.X', message: 'expected a whole number: this parameter is required' },
    ]);
  });

  test('that is missing is suggested for a misspelt one', () => {
    const template = oneNode({ text: '{{POSITIVE_PROMPT}}' });
    for (const sent of ['POSITVE_PROMPT', 'positive_prompt', 'positivePrompt'])
      expect(resolve(template, { [sent]: 'x', OTHER: 1 }).errors[0]?.message).toContain(
        `you sent "${sent}": did you mean POSITIVE_PROMPT?`,
      );
  });

  test('that the template does not know is let through and named', () => {
    const { errors, ignored } = resolve(one({ type: 'integer', default: 1 }), { Y: 1, '3': {}, TASK_ID: 'mine' });
    expect(errors).toEqual([]);
    expect(ignored).toEqual(['Y']);
  });

  test('can be set by its other names, but not by two that disagree', () => {
    const template = one({ type: 'string', aliases: ['PATH'] });
    expect(resolve(template, { PATH: 'a' }).values.get('X')).toBe('a');
    expect(resolve(template, { PATH: 'a', X: 'a' }).values.get('X')).toBe('a');
    expect(resolve(template, { PATH: 'a', X: 'b' }).errors).toEqual([
      { path: 'payload.params.PATH', message: 'X and PATH are the same parameter; give one of them' },
    ]);
    expect(resolve(template, { PATH: true }).errors[0]?.path).toBe('payload.params.PATH');
  });

  test('may depend on another one, whatever their order', () => {
    const template = oneNode(
      { split: '{{SPLIT}}', steps: '{{STEPS}}' },
      {
        SPLIT: { type: 'integer', min: 1, max: 'STEPS', defaultFrom: { param: 'STEPS', factor: 0.5 } },
        STEPS: { type: 'integer', default: 20 },
      },
    );
    expect(resolve(template, {}).values.get('SPLIT')).toBe(10);
    expect(resolve(template, { STEPS: 5 }).values.get('SPLIT')).toBe(3);
    expect(resolve(template, { STEPS: 5, SPLIT: 6 }).errors[0]?.message).toBe(
      'expected a whole number from 1 to 5 (STEPS)',
    );
  });

  test('is never taken from the prototype of the request', () => {
    expect(resolve(oneNode({ x: '{{constructor}}', y: '{{toString}}' }), {}).errors).toHaveLength(2);
  });
});

test('All errors are reported at once, each with its path', () => {
  const template = oneNode(
    { a: '{{A}}', b: '{{B}}', c: '{{C}}' },
    { A: { type: 'integer' }, B: { type: 'boolean' }, C: { type: 'string' } },
  );
  expect(resolve(template, { A: 'x', B: 1 }).errors.map(({ path }) => path)).toEqual([
    'payload.params.A',
    'payload.params.B',
    'payload.params.C',
  ]);
});

test('The id of the task fills its placeholder and cannot be set', () => {
  expect(resolve(oneNode({ x: '{{TASK_ID}}' }), { TASK_ID: 'mine' }).values.get('TASK_ID')).toBe('the-task');
});
