import { expect, test } from 'vitest';
import { misplacedFields } from '../../src/contracts/misplaced-fields.ts';
import { TASK_TYPES } from '../../src/contracts/names.ts';

test.each(TASK_TYPES)('A field of the envelope in the payload of a %s is told its place', (type) => {
  expect(misplacedFields(type, {}, { priority: 9, client: 'a' })).toEqual([
    'payload.priority was ignored; it belongs beside payload, as priority',
    'payload.client was ignored; it belongs beside payload, as client',
  ]);
});

test.each([
  ['remotion_render', 'output_path'],
  ['comfyui', 'params'],
  ['cosyvoice', 'voice_id'],
] as const)('A field of the payload of a %s beside it is told its place', (type, name) => {
  expect(misplacedFields(type, { [name]: 1 }, {})).toEqual([`${name} was ignored; it belongs to payload.${name}`]);
});

test('Misspelt names are told the right ones, and parts of a timeline that it is where they belong', () => {
  expect(misplacedFields('remotion_render', { priorty: 9 }, { overwite: true, fps: 30 })).toEqual([
    'priorty is not known and was ignored; did you mean priority?',
    'payload.overwite is not known and was ignored; did you mean payload.overwrite?',
    'payload.fps was ignored; it belongs to payload.timeline.fps',
  ]);
});

test("What is right, and what is nobody's, is not spoken of, and never is there much to say", () => {
  expect(misplacedFields('cosyvoice', { task_type: 1, colour: 2 }, { text: 'a', __proto__: 1 })).toEqual([]);
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`voice_id${index}`, 1]));
  expect(misplacedFields('cosyvoice', many, many).length).toBeLessThanOrEqual(20);
});
