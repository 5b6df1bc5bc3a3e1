import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paramsJsonSchema } from '../../src/templates/json-schema.ts';
import { resolveParams } from '../../src/templates/params.ts';
import { oneNode, projectTemplate } from '../helpers/template-rig.ts';

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });

describe.each(['flux_dev', 'wan_t2v', 'wan_i2v'])('The schema of %s', (name) => {
  test('is valid, requires the required fields and allows unknown ones', async () => {
    const validate = ajv.compile(paramsJsonSchema(await projectTemplate(name)));
    const needed = name === 'wan_i2v' ? { IMAGE: 'a.png', PROMPT: 'x' } : { POSITIVE_PROMPT: 'x' };
    expect(validate({ ...needed, SEED: 7, '3': { steps: 50 }, OTHER: [] })).toBe(true);
    expect(validate({})).toBe(false);
    expect(validate({ ...needed, WIDTH: 1000 })).toBe(false);
  });
});

test('Its frames are those that we accept', async () => {
  const template = await projectTemplate('wan_t2v');
  const validate = ajv.compile(paramsJsonSchema(template));
  fc.assert(
    fc.property(fc.integer({ min: -5, max: 300 }), (FRAMES) => {
      const sent = { POSITIVE_PROMPT: 'x', FRAMES };
      const { errors } = resolveParams(template, sent, { taskId: '', randomSeed: () => 0 }, []);
      expect(validate(sent)).toBe(errors.length === 0);
    }),
  );
});

test('Every type of parameter is described', () => {
  const specs = {
    A: { type: 'string', maxLength: 5, default: 'a', examples: ['a', 'b'], description: 'Text.' },
    B: { type: 'integer', min: 1, max: 9, step: 4, default: 5 },
    C: { type: 'number', min: 0, max: 1, step: 0.25, default: 0.5 },
    D: { type: 'boolean', default: false },
    E: { type: 'choice', choices: ['x', 2], default: 'x' },
    F: { type: 'file', kind: 'video', aliases: ['CLIP'] },
    G: { type: 'seed' },
    H: { type: 'scalar', default: 1 },
    I: { type: 'json', default: [] },
    J: { type: 'integer', max: 'B', defaultFrom: { param: 'B', factor: 2 } },
  };
  const inputs = Object.fromEntries(Object.keys(specs).map((name) => [name.toLowerCase(), `{{${name}}}`]));
  const { properties, allOf, required } = paramsJsonSchema(oneNode(inputs, specs));
  expect(properties).toEqual({
    A: { type: 'string', maxLength: 5, description: 'Text.', default: 'a', examples: ['a', 'b'] },
    B: { type: 'integer', minimum: 1, maximum: 9, enum: [1, 5, 9], description: 'In steps of 4 from 1.', default: 5 },
    C: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      multipleOf: 0.25,
      description: 'In steps of 0.25 from 0.',
      default: 0.5,
    },
    D: { type: 'boolean', default: false },
    E: { enum: ['x', 2], default: 'x' },
    F: {
      type: 'string',
      minLength: 1,
      contentMediaType: 'video/*',
      description: 'Path of a file under ASSET_PATH, https:// address, or data URI.',
    },
    CLIP: { $ref: '#/properties/F', description: 'Another name of F.' },
    G: { type: 'integer', minimum: -1, maximum: Number.MAX_SAFE_INTEGER },
    H: { type: ['string', 'number', 'boolean'], default: 1 },
    I: { default: [] },
    J: { type: 'integer', description: 'At most B. Default: 2 × B.' },
  });
  expect(required).toBeUndefined();
  expect(allOf).toEqual([{ anyOf: [{ required: ['F'] }, { required: ['CLIP'] }] }]);
});
