import { expect, test } from 'vitest';
import { misplacedFields, misplacedInSteps, misspeltFields } from '../../src/contracts/misplaced-fields.ts';
import { TASK_TYPES } from '../../src/contracts/names.ts';

test.each(TASK_TYPES)('A field of the envelope in the payload of a %s is told its place', (type) => {
  expect(misplacedFields(type, { payload: { priority: 9, client: 'a' } })).toEqual([
    'payload.priority was ignored; it belongs next to payload, as priority',
    'payload.client was ignored; it belongs next to payload, as client',
  ]);
});

test.each([
  ['remotion_render', 'output_path'],
  ['comfyui', 'params'],
  ['cosyvoice', 'voice_id'],
] as const)('A payload field of a %s next to the payload gets a hint with its place', (type, name) => {
  expect(misplacedFields(type, { [name]: 1, payload: {} })).toEqual([
    `${name} was ignored; it belongs at payload.${name}`,
  ]);
});

test('Misspelt names get the right ones, and parts of a timeline get their right place', () => {
  expect(misplacedFields('remotion_render', { priorty: 9, payload: { overwite: true, fps: 30 } })).toEqual([
    'priorty is unknown and was ignored; did you mean priority?',
    'payload.overwite is unknown and was ignored; did you mean payload.overwrite?',
    'payload.fps was ignored; it belongs at payload.timeline.fps',
  ]);
});

test('Right fields cause no warning, unknown fields do, and warnings are never many', () => {
  expect(misplacedFields('cosyvoice', { task_type: 1, payload: { text: 'a', __proto__: 1 } })).toEqual([]);
  expect(
    misplacedFields('cosyvoice', { colour: 2, priorty: 3, payload: { text: 'a', callback_url: 'b', sound: 1 } }),
  ).toEqual([
    'priorty is unknown and was ignored; did you mean priority?',
    'payload.callback_url was ignored; it belongs next to payload, as callback_url',
    'colour is unknown and was ignored',
    'payload.sound is unknown and was ignored',
  ]);
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`voice_id${index}`, 1]));
  expect(misplacedFields('cosyvoice', { ...many, payload: many }).length).toBeLessThanOrEqual(20);
});

test('Of many unknown fields the first are named and the others counted', () => {
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`zzzzzzzz${index}`, 1]));
  const warnings = misplacedFields('cosyvoice', { ...many, payload: {} });
  expect(warnings).toHaveLength(20);
  expect(warnings[0]).toBe('zzzzzzzz0 is unknown and was ignored');
  expect(warnings[19]).toBe('and 41 more fields were ignored');
  expect(misplacedFields('cosyvoice', { ['z'.repeat(1000)]: 1 })).toEqual([
    `${'z'.repeat(40)}… is unknown and was ignored`,
  ]);
});

test('The time limits of a task are checked too', () => {
  expect(misplacedFields('comfyui', { timeouts: { runSeconds: 5 } })).toEqual([
    'timeouts.runSeconds is unknown and was ignored; did you mean timeouts.run_seconds?',
  ]);
});

test('Warnings about payloads of steps contain their place', () => {
  const step = (payload: unknown, timeouts?: unknown) => ({ taskType: 'cosyvoice' as const, timeouts, payload });
  expect(misplacedInSteps([step({ text: 'a' }), step({ outputPath: 'a', priority: 1 }, { queueSeconds: 1 })])).toEqual([
    'steps[1].timeouts.queueSeconds is unknown and was ignored; did you mean steps[1].timeouts.queue_seconds?',
    'steps[1].payload.outputPath is unknown and was ignored; did you mean steps[1].payload.output_path?',
    'steps[1].payload.priority was ignored; it belongs next to payload, as steps[1].priority',
  ]);
});

test.each([undefined, null, 7, 'text', [], { payload: null }, { payload: 'x', timeouts: [] }])(
  'A body that is not a task has no fields: %j',
  (body) => {
    expect(misplacedFields('comfyui', body)).toEqual([]);
    expect(misspeltFields(body, ['payload', 'timeouts'])).toEqual([]);
  },
);
