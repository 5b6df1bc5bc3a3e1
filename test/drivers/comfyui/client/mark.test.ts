import { expect, test } from 'vitest';
import { markedData, readMark } from '../../../../src/drivers/comfyui/client/mark.ts';

test('A mark is read back from extra data, and prompts of other people have none', () => {
  const mark = { taskId: 'task', input: 'hash' };
  expect(readMark({ client_id: 'x', create_time: 1, ...markedData(mark) })).toEqual(mark);
  expect([readMark({ client_id: 'x' }), readMark(null), readMark({ gpu_middleware: 'yes' })]).toEqual([
    null,
    null,
    null,
  ]);
});
