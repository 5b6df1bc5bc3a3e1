import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, expect, test, vi } from 'vitest';
import { reportAttempt, type AttemptReporter, type ReporterDeps } from '../../activities/attempt-reporter.ts';
import type { TaskEnvelope } from '../../src/contracts/task.ts';
import type { EventPublisher } from '../../src/status/publish-events.ts';
import { createLines } from '../helpers/lines.ts';

const picture = { node: '7', contentType: 'image/jpeg', bytes: Buffer.from('ffd8ff', 'hex') };
const file = {
  path: 'output/a.png',
  url: '/assets/output/a.png',
  kind: 'image',
  content_type: 'image/png',
  size_bytes: 4,
  sha256: 'x',
};
const publisher = {
  note: vi.fn<EventPublisher['note']>(),
  hasLookers: vi.fn<EventPublisher['hasLookers']>(),
  preview: vi.fn<EventPublisher['preview']>(),
};

beforeEach(() => {
  publisher.note.mockReset().mockResolvedValue();
  publisher.hasLookers.mockReset().mockResolvedValue(true);
  publisher.preview.mockReset().mockResolvedValue();
});

/** Reports from inside an activity. */
async function report(reported: (reporter: AttemptReporter) => void, events?: EventPublisher): Promise<void> {
  const { logger } = createLines();
  const getHandle = () => ({ describe: () => new Promise(() => undefined), signal: () => Promise.resolve() });
  const temporal = { client: { workflow: { getHandle } } } as unknown as ReporterDeps['temporal'];
  const deps = { temporal, events, gpuId: 'test:0', logger, now: () => new Date(0) } as ReporterDeps;
  const started = { attempt: 1, startedAt: '2026-01-04T09:32:56.000Z', gpuId: 'test:0' };
  await new MockActivityEnvironment().run(async () => {
    const reporter = reportAttempt(deps, {} as TaskEnvelope, { taskId: 'task', runId: 'run', started });
    reported(reporter);
    reporter.close();
    await Promise.resolve();
  });
  // All that was reported is sent by now: nothing of it waits for more than promises.
  await new Promise((resolve) => setImmediate(resolve));
}

test('A file and a warning are told once, a part of the work as often as it is reported', async () => {
  await report((reporter) => {
    reporter.file(file);
    reporter.file(file);
    for (const done of [1, 2]) reporter.part('audio', { name: 'sentence', done, total: 2, text: 'Hello.' });
    for (const warning of ['a warning', 'another', 'a warning']) reporter.warning(warning);
  }, publisher);
  const part = (done: number) => ({
    task_id: 'task',
    path: null,
    url: null,
    kind: 'audio',
    part: { name: 'sentence', done, total: 2, text: 'Hello.' },
  });
  expect(publisher.note.mock.calls).toEqual([
    ['task', 'file', { task_id: 'task', ...file, part: null }],
    ['task', 'file', part(1)],
    ['task', 'file', part(2)],
    ['task', 'warning', { task_id: 'task', warning: 'a warning' }],
    ['task', 'warning', { task_id: 'task', warning: 'another' }],
  ]);
});

test('Of previews that come at once, one is sent', async () => {
  await report((reporter) => {
    for (let count = 0; count < 20; count++) reporter.preview(picture);
  }, publisher);
  const image = 'data:image/jpeg;base64,/9j/';
  const told = { task_id: 'task', node: '7', content_type: 'image/jpeg', image };
  expect(publisher.preview.mock.calls).toEqual([['task', told]]);
});

test('While nobody looks, no preview is sent', async () => {
  publisher.hasLookers.mockResolvedValue(false);
  await report((reporter) => reporter.preview(picture), publisher);
  expect(publisher.hasLookers).toHaveBeenCalledWith('task');
  expect(publisher.preview).not.toHaveBeenCalled();
});

test('Neither a lost Redis nor the lack of one disturbs the work', async () => {
  for (const call of [publisher.note, publisher.hasLookers]) call.mockRejectedValue(new Error('Redis is away'));
  for (const events of [publisher, undefined])
    await report((reporter) => {
      reporter.file(file);
      reporter.warning('a warning');
      reporter.preview(picture);
    }, events);
  expect(publisher.preview).not.toHaveBeenCalled();
});
