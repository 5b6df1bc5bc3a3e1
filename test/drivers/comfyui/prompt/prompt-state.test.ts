import { expect, test } from 'vitest';
import type { ComfyuiApi } from '../../../../src/drivers/comfyui/client/api.ts';
import { historyEntrySchema, jobSchema } from '../../../../src/drivers/comfyui/client/schemas.ts';
import { findPrompt, readEnd } from '../../../../src/drivers/comfyui/prompt/prompt-state.ts';

test('The messages of a run decide how it ended, not its status word', () => {
  const end = (status_str: string, messages: [string, unknown][]) => readEnd({ status_str, messages }, {}).outcome;
  expect(end('success', [['execution_success', {}]])).toBe('success');
  expect(end('error', [['execution_interrupted', {}]])).toBe('interrupted');
  expect(end('error', [['execution_error', { node_id: '1' }]])).toBe('error');
  expect(end('success', [['execution_error', { node_id: '1' }]])).toBe('error');
  expect(end('error', [])).toBe('error');
});

test.each([
  [{ status_str: 'success', completed: true, messages: [] }, 'success'],
  [{ status_str: 'completed', completed: true, messages: [] }, 'success'],
  [{ status_str: 'SUCCESS' }, 'success'],
  [{ status_str: 'finished', completed: true, messages: null }, 'success'],
  [{ completed: true }, 'success'],
  ['success', 'success'],
  [null, 'success'],
  [[], 'success'],
  [{ status_str: 'error', completed: true }, 'error'],
  [{ status_str: 'failed', messages: [] }, 'error'],
  ['error', 'error'],
  [{ status_str: 'odd' }, 'error'],
  [{ status_str: 'success', messages: [{ type: 'execution_error', data: { node_id: 3 } }] }, 'error'],
  [{ status_str: 'error', messages: [['execution_error', null]] }, 'error'],
  [{ status_str: 'cancelled' }, 'interrupted'],
  [{ status_str: 'canceled', messages: [] }, 'interrupted'],
  [{ status_str: 'error', messages: [{ type: 'execution_interrupted', data: {} }] }, 'interrupted'],
])('A status of %j in the history of whatever version says %s', (status, outcome) => {
  const entry = historyEntrySchema.parse({ status, outputs: { 1: { images: [] } } });
  expect(readEnd(entry.status, entry.outputs ?? {}).outcome).toBe(outcome);
});

test.each([
  [{ status: 'pending' }, 'pending', undefined],
  [{ status: 'queued' }, 'pending', undefined],
  [{ status: 'in_progress' }, 'running', undefined],
  [{ status: 'running', execution_status: null }, 'running', undefined],
  [{ status: 'completed', outputs: {}, execution_status: null }, 'ended', 'success'],
  [{ status: 'completed', execution_status: { status_str: 'error', messages: [] } }, 'ended', 'error'],
  [{ status: 'failed', execution_error: { node_id: '3', exception_message: 'no' } }, 'ended', 'error'],
  [{ status: 'canceled' }, 'ended', 'interrupted'],
  [{ status: 'cancelled', execution_status: { status_str: 'error' } }, 'ended', 'interrupted'],
])('A job %j of whatever version is %s', async (answer, state, outcome) => {
  const api = { job: () => Promise.resolve(jobSchema.parse(answer)) } as unknown as ComfyuiApi;
  const found = await findPrompt({ api, abilities: { jobs: true, cancelRoute: true } }, 'id');
  expect(found).toMatchObject({ state, ...(outcome !== undefined && { outcome }) });
});
