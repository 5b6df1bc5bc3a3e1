import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEvent } from '../../../src/drivers/comfyui/client/socket-events.ts';
import { attemptFolder, attemptGraph, isCached } from '../../../src/drivers/comfyui/prompt/attempt-graph.ts';
import type { ComfyuiApi } from '../../../src/drivers/comfyui/client/api.ts';
import { look, readEnd } from '../../../src/drivers/comfyui/prompt/prompt-state.ts';
import { markedData, readMark } from '../../../src/drivers/comfyui/prompt/mark.ts';
import { isFree } from '../../../src/drivers/comfyui/server/memory.ts';
import { historyEntrySchema, jobSchema, queueSchema } from '../../../src/drivers/comfyui/client/schemas.ts';
import { abilitiesOf } from '../../../src/drivers/comfyui/server/versions.ts';
import { paint } from './rig.ts';

const GIB = 1024 ** 3;
const frame = (type: string, data: object): string => JSON.stringify({ type, data });

test('No frame, however broken, throws or is taken for an event of ours', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(readEvent(text, 'ours')).toBeNull();
    }),
  );
});

test("Only our own prompt's events count; one without an id tells of the node at work", () => {
  expect(readEvent(frame('progress', { prompt_id: 'other', node: '3', value: 1, max: 4 }), 'ours')).toBeNull();
  expect(readEvent(frame('executing', { node: '3' }), 'ours')).toEqual({ type: 'node', node: '3' });
  expect(readEvent(frame('executing', { node: null, prompt_id: 'ours' }), 'ours')).toEqual({ type: 'ended' });
  expect(readEvent(frame('status', {}), 'ours')).toEqual({ type: 'queue' });
  expect(readEvent(frame('assets.seed.paused', {}), 'ours')).toBeNull();
});

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
  const sight = await look(api, { jobs: true, cancelRoute: true }, 'id');
  expect(sight).toMatchObject({ state, ...(outcome !== undefined && { outcome }) });
});

test('A queue that writes an empty list as null is an empty queue', () => {
  expect(queueSchema.parse({ queue_running: null, queue_pending: [[0, 'id']] })).toEqual({
    queue_running: [],
    queue_pending: [[0, 'id']],
  });
  for (const odd of [{}, [], { queue_running: {}, queue_pending: [] }, 'text'])
    expect(queueSchema.safeParse(odd).success).toBe(false);
});

test('A mark is read back from extra data, and prompts of other people have none', () => {
  const mark = { taskId: 'task', input: 'hash' };
  expect(readMark({ client_id: 'x', create_time: 1, ...markedData(mark) })).toEqual(mark);
  expect([readMark({ client_id: 'x' }), readMark(null), readMark({ gpu_middleware: 'yes' })]).toEqual([
    null,
    null,
    null,
  ]);
});

test('Every saving node of an attempt writes into the folder of the attempt, whatever its prefix was', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom('../../x', 'C:\\x', '/etc/x', 'video/x', '..')), (prefix) => {
      const graph = { 9: { class_type: 'SaveImage', inputs: { filename_prefix: prefix } } };
      const folder = attemptFolder('task/../..', '12345678-aaaa');
      const made = String(attemptGraph(graph, { folder, uploaded: [] })['9']?.inputs['filename_prefix']);
      expect(made.startsWith(`${folder}/`)).toBe(true);
      expect(made.split('/')).not.toContain('..');
    }),
  );
});

test('An attempt changes prefixes and names of uploads, and nothing else', () => {
  const graph = { ...paint(3), photo: { class_type: 'LoadImage', inputs: { image: '{{IMAGE}}' } } };
  const made = attemptGraph(graph, { folder: 'f', uploaded: [{ node: 'photo', input: 'image', name: 'f/a.png' }] });
  expect(made).toEqual({
    ...graph,
    photo: { class_type: 'LoadImage', inputs: { image: 'f/a.png' } },
    saver: { class_type: 'SaveImage', inputs: { images: ['decoder', 0], filename_prefix: 'f/picture' } },
  });
});

test('A run counts as cached when only the saving was done anew', () => {
  const others = Object.keys(paint(3)).filter((id) => id !== 'saver');
  expect([isCached(paint(3), others), isCached(paint(3), others.slice(1)), isCached(paint(3), [])]).toEqual([
    true,
    false,
    false,
  ]);
});

test('Memory counts as given back by what ComfyUI itself still holds of the card', () => {
  const card = { name: 'card', type: 'cuda', vram_total: 24 * GIB, torch_vram_total: 0, torch_vram_free: 0 };
  expect(isFree({ ...card, vram_free: 23 * GIB })).toBe(true);
  expect(isFree({ ...card, vram_free: GIB, torch_vram_total: 22 * GIB, torch_vram_free: GIB })).toBe(false);
  expect(isFree({ ...card, vram_free: 12 * GIB, torch_vram_total: GIB, torch_vram_free: GIB / 2 })).toBe(true);
  expect(isFree({ ...card, vram_free: GIB })).toBe(false);
  expect(isFree({ ...card, type: 'cpu', vram_free: 0 })).toBe(true);
});

test('What a server can do follows from its version, and one in no known form can do what all can', () => {
  expect(['0.3.64', '0.6.0', '0.26.1', '1.0', 'v0.38.1', 'main'].map(abilitiesOf)).toEqual([
    { jobs: false, cancelRoute: false },
    { jobs: true, cancelRoute: false },
    { jobs: true, cancelRoute: true },
    { jobs: true, cancelRoute: true },
    { jobs: true, cancelRoute: true },
    { jobs: false, cancelRoute: false },
  ]);
});
