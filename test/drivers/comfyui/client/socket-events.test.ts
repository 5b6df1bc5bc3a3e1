import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEvent } from '../../../../src/drivers/comfyui/client/socket-events.ts';

const frame = (type: string, data: object): string => JSON.stringify({ type, data });

test('No frame, however broken, throws or is taken for an event of ours', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(readEvent(text, 'ours')).toBeNull();
    }),
  );
});

test("Only our own prompt's events count; one without an id names the running node", () => {
  expect(readEvent(frame('progress', { prompt_id: 'other', node: '3', value: 1, max: 4 }), 'ours')).toBeNull();
  expect(readEvent(frame('executing', { node: '3' }), 'ours')).toEqual({ type: 'node', node: '3' });
  expect(readEvent(frame('executing', { node: null, prompt_id: 'ours' }), 'ours')).toEqual({ type: 'ended' });
  expect(readEvent(frame('status', {}), 'ours')).toEqual({ type: 'queue' });
  expect(readEvent(frame('assets.seed.paused', {}), 'ours')).toBeNull();
});
