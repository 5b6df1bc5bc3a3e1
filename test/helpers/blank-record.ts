import type { StatusRecord } from '../../src/status/record.ts';

/** What the projection holds of a task that was accepted just now. */
export const blankRecord: StatusRecord = {
  taskType: 'remotion_render',
  template: null,
  client: null,
  tags: [],
  metadata: null,
  priority: 50,
  status: 'pending',
  result: null,
  createdAt: '2026-01-04T09:32:56.000Z',
  queuedAt: null,
  startedAt: null,
  finishedAt: null,
  progress: 0,
  phase: 'queued',
  attempts: 0,
  waiting: null,
};
