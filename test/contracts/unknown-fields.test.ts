import { expect, test } from 'vitest';
import { unknownFields } from '../../src/contracts/unknown-fields.ts';

const step = { id: 'voice', task_type: 'cosyvoice', payload: { any: 'thing' }, for_each: [], on_error: 'skip' };

test.each([
  ['forEach', 'for_each'],
  ['onError', 'on_error'],
  ['dependsOn', 'depends_on'],
  ['taskType', 'task_type'],
  ['pay_load', 'payload'],
])('A step with %s meant %s', (name, meant) => {
  expect(unknownFields({ steps: [step, { ...step, [name]: null }] })).toEqual([
    { path: `steps[1].${name}`, message: `there is no field ${name}; did you mean ${meant}?` },
  ]);
});

test('The error about an unknown field of a step lists all fields', () => {
  const [error] = unknownFields({ steps: [{ ...step, colour: 'red' }] });
  expect(error?.path).toBe('steps[0].colour');
  expect(error?.message).toMatch(/^there is no field colour; a step has the fields id, task_type, .*depends_on$/);
});

test('The pipeline itself may have fields for people, but none that looks misspelt', () => {
  expect(unknownFields({ steps: [step], description: 'for people', note: 1, $schema: 'x' })).toEqual([]);
  expect(unknownFields({ steps: [step], out_put: 1, Priority: 2 })).toEqual([
    { path: 'out_put', message: 'there is no field out_put; did you mean output?' },
    { path: 'Priority', message: 'there is no field Priority; did you mean priority?' },
  ]);
});

test.each([undefined, null, 7, 'steps', [], { steps: null }, { steps: 'all' }, { steps: [null, 7, []] }])(
  'A body that is not a pipeline has no fields: %j',
  (body) => {
    expect(unknownFields(body)).toEqual([]);
  },
);

test('A body that is made of unknown fields is not answered with all of them', () => {
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, 1]));
  expect(unknownFields({ ...many, steps: [many, many] })).toHaveLength(100);
});
