import { expect, test } from 'vitest';
import { queueSchema } from '../../../../src/drivers/comfyui/client/schemas.ts';

test('A queue that writes an empty list as null is an empty queue', () => {
  expect(queueSchema.parse({ queue_running: null, queue_pending: [[0, 'id']] })).toEqual({
    queue_running: [],
    queue_pending: [[0, 'id']],
  });
  for (const odd of [{}, [], { queue_running: {}, queue_pending: [] }, 'text'])
    expect(queueSchema.safeParse(odd).success).toBe(false);
});
