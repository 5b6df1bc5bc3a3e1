import { expect, test } from 'vitest';
import { comfyuiPayloadSchema } from '../../src/contracts/comfyui.ts';
import { cosyvoicePayloadSchema } from '../../src/contracts/cosyvoice.ts';
import { fieldErrors } from '../../src/contracts/fields.ts';
import { envelopeSchema } from '../../src/contracts/task.ts';
import { shownText } from '../../src/contracts/timeline/values.ts';

const JSON_TEXT = 'this is JSON in a string; send it as an object';

test('An empty string is an absent field', () => {
  const speech = { text: 'a', mode: '', format: ' ', language: '', speed: '', seed: '', pause_ms: '', voice_id: '' };
  expect(cosyvoicePayloadSchema.parse(speech)).toEqual({ text: 'a' });
  const sent = { task_type: 'comfyui', priority: '', client: '', timeouts: { run_seconds: '' }, payload: {} };
  expect(envelopeSchema.parse(sent)).toEqual({ task_type: 'comfyui', priority: 50, timeouts: {}, payload: {} });
});

test('A line break that is written as two characters is one, unless the text has a real one', () => {
  const spoken = (text: string) => cosyvoicePayloadSchema.parse({ text }).text;
  for (const read of [spoken, (text: string) => shownText.parse(text)]) {
    expect(read(String.raw`One.\nTwo.\r\nThree.`)).toBe('One.\nTwo.\nThree.');
    expect(read('In C, \\n\nis a line break.')).toBe('In C, \\n\nis a line break.');
  }
});

test.each([
  [envelopeSchema, 'payload', { task_type: 'comfyui', payload: '{"template":"a"}' }],
  [comfyuiPayloadSchema, 'params', { template: 'a', params: ' {"A":1}' }],
  [comfyuiPayloadSchema, 'workflow', { workflow: '{"1":{}}' }],
] as const)('An object as text of JSON is named (%#)', (schema, path, sent) => {
  const [error] = fieldErrors(schema.safeParse(sent).error ?? expect.unreachable());
  expect(error).toMatchObject({ path, message: expect.stringContaining(JSON_TEXT) as string });
});

test('Text that a program wrote instead of an object is neither spoken nor shown', () => {
  expect(cosyvoicePayloadSchema.safeParse({ text: '[object Object]' }).error?.message).toContain('a program wrote');
  expect(shownText.safeParse(' [object Object] ').error?.message).toContain('a program wrote');
});
