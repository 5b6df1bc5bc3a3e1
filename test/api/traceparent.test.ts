import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { RouteDeps } from '../../src/api/routes.ts';
import { traceparentOf } from '../../src/api/traceparent.ts';
import { memoOf } from '../../src/temporal/task-labels.ts';
import { startApi } from '../helpers/api-rig.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const read = (traceparent: string | undefined) => traceparentOf({ headers: { traceparent } });

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
    .filter((text) => /[1-9a-f]/.test(text));
const ids = fc.tuple(hex(32), hex(16), fc.constantFrom('00', '01', 'ff'));

test('Every valid trace is read as it is sent', () => {
  fc.assert(
    fc.property(ids, (fields) => {
      expect(read(`00-${fields.join('-')}`)).toBe(`00-${fields.join('-')}`);
    }),
  );
});

test('Of a later version, the fields that are known are read', () => {
  fc.assert(
    fc.property(
      ids,
      fc.constantFrom('01', 'cc', 'fe'),
      fc.constantFrom('', '-', '-more-1'),
      (fields, version, more) => {
        const known = [version, ...fields].join('-');
        expect(read(known + more)).toBe(known);
      },
    ),
  );
});

test('Any other text is ignored, and takes no time', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constant('0'.repeat(16_000)), fc.constant('-'.repeat(16_000))), (sent) => {
      expect(read(sent)).toBeUndefined();
    }),
  );
});

test.each([
  undefined,
  '',
  `${TRACE}-more`,
  `${TRACE}, ${TRACE}`,
  TRACE.toUpperCase(),
  TRACE.replace(/^00/, 'ff'),
  TRACE.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)),
  TRACE.replace('b7ad6b7169203331', '0'.repeat(16)),
  TRACE.slice(0, -1),
  `01${TRACE.slice(2)}more`,
])('%j is no trace', (sent) => expect(read(sent)).toBeUndefined());

test.each([
  ['submit_task', { task_type: 'remotion_render', payload: { timeline: { durationInFrames: 30 } } }],
  ['submit_tasks', { tasks: [{ task_type: 'remotion_render', payload: { timeline: { durationInFrames: 30 } } }] }],
  [
    'submit_pipeline',
    { steps: [{ id: 'film', task_type: 'remotion_render', payload: { timeline: { durationInFrames: 30 } } }] },
  ],
])('The trace of POST /%s goes into the memo of the workflow, for its webhook too', async (page, body) => {
  const startTask = vi.fn<RouteDeps['startTask']>().mockResolvedValue('started');
  const api = await startApi({ startTask });
  const headers = { 'Content-Type': 'application/json', traceparent: TRACE };
  const webhook_url = 'https://studio.example/hook';
  const labelled =
    'tasks' in body ? { tasks: body.tasks.map((one) => ({ ...one, webhook_url })) } : { ...body, webhook_url };
  const answer = await fetch(`${api.base}/${page}`, { method: 'POST', headers, body: JSON.stringify(labelled) });
  await api.close();
  expect([answer.status, startTask.mock.calls.length]).toEqual([200, 1]);
  const [, task] = startTask.mock.calls[0] ?? [];
  expect(task === undefined ? undefined : memoOf(task)).toMatchObject({
    traceparent: TRACE,
    webhook: { url: webhook_url, traceparent: TRACE },
  });
});
