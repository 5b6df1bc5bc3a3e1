import { expect, test, vi } from 'vitest';
import type { RunChange } from '../../src/status/list-changes.ts';
import type { OpenRecord } from '../../src/status/lost-tasks.ts';
import type { Temporal } from '../../src/temporal/connection.ts';
import { createAnnounceEnds } from '../../src/webhooks/announce-ends.ts';
import type { AnnounceEvent } from '../../src/webhooks/announce-event.ts';
import { deliveryId, webhookId } from '../../src/webhooks/webhook-id.ts';

const webhook = { url: 'https://studio.example/hook' };

function rig(resetRunId = '') {
  const describe = vi.fn(() => Promise.resolve({ raw: { workflowExtendedInfo: { resetRunId } } }));
  const temporal = { client: { workflow: { getHandle: () => ({ describe }) } } } as unknown as Temporal;
  const announce = vi.fn<AnnounceEvent>().mockResolvedValue();
  return { describe, announce, ...createAnnounceEnds(temporal, announce) };
}
const change = (terminated: boolean): RunChange => ({
  taskId: 'task',
  runId: 'run',
  startedAt: 1000,
  closed: true,
  end: { webhook, event: 'task.failed', terminated },
});
const announced = { taskId: 'task', runId: 'run', runStartedAt: 1000, event: 'task.failed', webhook };

test('An end is announced once by a process', async () => {
  const { announce, announceEnd, describe } = rig();
  for (const terminated of [false, true]) await announceEnd(change(terminated));
  expect(announce.mock.calls).toEqual([[announced]]);
  expect(describe).not.toHaveBeenCalled();
});

test('A terminated run is announced, one that a reset replaced is not; each is looked at once', async () => {
  const [terminated, replaced] = [rig(), rig('the next run')];
  for (const { announceEnd } of [terminated, replaced, terminated, replaced]) await announceEnd(change(true));
  expect(terminated.announce.mock.calls).toEqual([[announced]]);
  expect(replaced.announce).not.toHaveBeenCalled();
  expect([terminated.describe.mock.calls.length, replaced.describe.mock.calls.length]).toEqual([1, 1]);
});

test('An end that could not be announced is tried again', async () => {
  const { announce, announceEnd } = rig();
  announce.mockRejectedValueOnce(new Error('away'));
  await expect(announceEnd(change(false))).rejects.toThrow('away');
  await announceEnd(change(false));
  expect(announce).toHaveBeenCalledTimes(2);
});

test('A lost task has failed, and a task without a webhook tells nobody', async () => {
  const { announce, announceLost } = rig();
  const lost: OpenRecord = {
    taskId: 'task',
    runStartedAt: 1000,
    attempt: 0,
    createdAt: new Date(),
    lost: true,
    taskType: 'comfyui',
    webhook,
  };
  await announceLost({ ...lost, webhook: null });
  await announceLost(lost);
  await announceLost({ ...lost, taskType: 'pipeline' });
  expect(announce.mock.calls.map(([{ runId, event }]) => [runId, event])).toEqual([
    [null, 'task.failed'],
    [null, 'pipeline.failed'],
  ]);
});

test('Ids are those of the run and the event, whoever derives them', () => {
  const run = { taskId: 'task', runStartedAt: 1000, event: 'task.failed' } as const;
  expect(deliveryId({ ...run })).toBe('webhook-task-1000-task.failed');
  expect(webhookId({ ...run })).toBe(webhookId(run));
  const others = [
    { ...run, taskId: 'other' },
    { ...run, runStartedAt: 1001 },
    { ...run, event: 'task.completed' as const },
  ];
  expect(new Set([run, ...others].map(webhookId)).size).toBe(4);
  // Signed texts have dots between their parts.
  expect(webhookId(run)).toMatch(/^msg_[0-9a-f-]{36}$/);
});
