import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TaskLabels } from '../../src/contracts/labels.ts';
import type { WebhookEvent } from '../../src/contracts/webhook-events.ts';
import { listDeliveries } from '../../src/webhooks/list-deliveries.ts';
import { createRedeliver } from '../../src/webhooks/redeliver.ts';
import { removeDeliveries } from '../../src/webhooks/remove-deliveries.ts';
import { createActionsRig, refused, type ActionsRig } from '../helpers/actions-rig.ts';
import { createPipelineRig, type PipelineRig } from '../helpers/pipeline-rig.ts';
import { type Received, type Receiver, startReceiver } from '../helpers/webhook-receiver.ts';
import { WEBHOOK_SECRET } from '../helpers/task-rig.ts';

const WAIT = { timeout: 60_000, interval: 20 };
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const metadata = { order: 7, notes: ['ä', null] };

let receiver: Receiver;
beforeAll(async () => void (receiver = await startReceiver()));
afterAll(() => receiver.close());
afterEach(() => {
  receiver.answer = (response) => response.writeHead(204).end();
});

let paths = 0;
/** A webhook that nobody else has. */
function newHook(events?: WebhookEvent[]): { path: string; labels: TaskLabels } {
  const path = `/hook/${(paths += 1)}?token=secret`;
  const webhook = { url: receiver.url + path, ...(events === undefined ? {} : { events }), traceparent: TRACE };
  return { path, labels: { client: 'studio', metadata, webhook } };
}
const arrived = (path: string, count = 1): Promise<Received[]> =>
  vi.waitUntil(() => (receiver.at(path).length >= count ? receiver.at(path) : undefined), WAIT);
const typesAt = (path: string): string[] => receiver.at(path).map(({ body }) => body.type);

describe('The webhook of a task', () => {
  let rig: ActionsRig;
  let redeliver: ReturnType<typeof createRedeliver>;
  beforeAll(async () => {
    rig = await createActionsRig();
    redeliver = createRedeliver({ ...rig, taskQueue: rig.queues.control });
  });
  afterEach(() => rig.beginAnew());
  afterAll(() => rig.stop());

  const deliveries = (taskId: string) => listDeliveries(rig.temporal, taskId);
  const over = (taskId: string, state: string) =>
    vi.waitUntil(async () => {
      const [last] = await deliveries(taskId);
      return last?.state === state && last.finishedAt !== null ? last : undefined;
    }, WAIT);

  test('gets its start if it asked for it, and its end, signed and with the status', async () => {
    const { path, labels } = newHook(['task.started', 'task.completed']);
    const { path: silent, labels: others } = newHook(['task.failed']);
    const taskId = await rig.submit({ labels });
    await rig.ended(await rig.submit({ labels: others }));
    const both = await arrived(path, 2);
    const [start, end] = both.toSorted((a, b) => b.body.type.localeCompare(a.body.type));
    expect(start?.body).toMatchObject({ type: 'task.started', data: { task_id: taskId } });
    expect(end?.body).toMatchObject({
      type: 'task.completed',
      timestamp: end?.body.data['finished_at'],
      data: {
        status: 'completed',
        done: true,
        task_id: taskId,
        client: 'studio',
        metadata,
        result: { files: expect.any(Array) },
        links: { webhooks: `/tasks/${taskId}/webhooks` },
      },
    });
    for (const { text, headers, body } of both) {
      expect(headers['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
      expect(new Webhook(WEBHOOK_SECRET).verify(text, headers as Record<string, string>)).toEqual(body);
    }
    expect(start?.headers['webhook-id']).not.toBe(end?.headers['webhook-id']);
    expect(JSON.stringify(both)).not.toContain(WEBHOOK_SECRET);
    const delivered = await over(taskId, 'delivered');
    expect(delivered.tries).toEqual([{ at: expect.any(String), status: 204, error: null, tookMs: expect.any(Number) }]);
    expect(typesAt(silent)).toEqual([]);
  });

  test('gets a failure, a cancel and a new run after a retry as events of their own', async () => {
    const { path, labels } = newHook();
    rig.render.mockRejectedValueOnce(refused());
    const taskId = await rig.submit({ labels });
    await rig.ended(taskId);
    const [failed] = await arrived(path);
    expect(failed?.body).toMatchObject({
      type: 'task.failed',
      data: { status: 'failed', result: { error: { code: 'render_rejected' } } },
    });
    await rig.actions.retryTask(taskId);
    const [, completed] = await arrived(path, 2);
    expect(completed?.body.type).toBe('task.completed');
    expect(completed?.headers['webhook-id']).not.toBe(failed?.headers['webhook-id']);

    const slot = await rig.occupySlot();
    const other = newHook(['task.started', 'task.failed']);
    const cancelled = await rig.submit({ labels: other.labels });
    await rig.cancelWaiting(cancelled);
    const [cancel] = await arrived(other.path);
    expect(cancel?.body).toMatchObject({ type: 'task.failed', data: { result: { error: { code: 'cancelled' } } } });
    slot.release();
  });

  test('gets the end of a terminated task once, and none of a run that a reset replaced', async () => {
    const slot = await rig.occupySlot();
    const [ended, replaced] = [newHook(), newHook()];
    const taskId = await rig.submit({ labels: ended.labels });
    const resetId = await rig.submit({ labels: replaced.labels });
    await rig.handle(taskId).terminate('by an operator');
    await vi.waitUntil(async () => {
      const { raw } = await rig.handle(resetId).describe();
      return (raw.pendingActivities?.length ?? 0) > 0;
    }, WAIT);
    await rig.reset(resetId, 'first');
    await vi.waitUntil(async () => {
      // Two control workers notice it.
      await Promise.all([rig.reconcile(), rig.reconcile()]);
      return receiver.at(ended.path).length > 0;
    }, WAIT);
    expect(receiver.at(ended.path)[0]?.body).toMatchObject({
      type: 'task.failed',
      data: { task_id: taskId, metadata, result: { error: { code: 'terminated' } } },
    });
    slot.release();
    await rig.ended(resetId);
    await arrived(replaced.path);
    await Promise.all([rig.reconcile(), rig.reconcile()]);
    await over(resetId, 'delivered');
    expect([typesAt(ended.path), typesAt(replaced.path)]).toEqual([['task.failed'], ['task.completed']]);
    expect(await deliveries(taskId)).toHaveLength(1);
    expect(await deliveries(resetId)).toHaveLength(1);
  });

  test('is tried again after five seconds, although the control worker was away in between', async () => {
    const { path, labels } = newHook();
    receiver.answer = (response, _received, nth) => response.writeHead(nth === 1 ? 503 : 200).end();
    const taskId = await rig.submit({ labels });
    const [first] = await arrived(path);
    await rig.stopControlWorker();
    await rig.startControlWorker();
    const [, second] = await arrived(path, 2);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.text).toBe(first?.text);
    const { tries } = await over(taskId, 'delivered');
    expect(tries.map(({ status }) => status)).toEqual([503, 200]);
  });

  test('is found again when it comes back, and can be called again at any time', async () => {
    const gone = await startReceiver();
    await gone.close();
    const webhook = { url: `${gone.url}/back` };
    const taskId = await rig.submit({ labels: { client: 'studio', webhook } });
    const failing = await vi.waitUntil(async () => {
      const [last] = await deliveries(taskId);
      return last?.nextTryAt == null ? undefined : last;
    }, WAIT);
    expect(failing).toMatchObject({ state: 'pending', tries: [{ status: null, error: 'connection refused' }] });
    const back = await startReceiver(gone.port);
    // At once, not after five seconds or five minutes.
    const sent = await redeliver(taskId, undefined);
    expect(sent).toEqual({ id: failing.id, type: 'task.completed' });
    await vi.waitUntil(() => back.received.length === 1, WAIT);
    await over(taskId, 'delivered');
    expect(await redeliver(taskId, 'task.completed')).toEqual(sent);
    await vi.waitUntil(() => back.received.length === 2, WAIT);
    expect(new Set(back.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([failing.id]));
    await vi.waitUntil(async () => (await deliveries(taskId)).length === 2, WAIT);
    await expect(redeliver(taskId, 'task.failed')).rejects.toMatchObject({ code: 'webhook_missing' });
    await expect(redeliver(taskId, 'task.started')).rejects.toMatchObject({ code: 'webhook_missing' });
    await back.close();
  });

  test('is left alone after 410, and when its task is deleted', async () => {
    const [first, second] = [newHook(), newHook()];
    receiver.answer = (response, { path }) => response.writeHead(path === first.path ? 410 : 500).end();
    const gone = await rig.submit({ labels: first.labels });
    const deleted = await rig.submit({ labels: second.labels });
    expect((await over(gone, 'gone')).tries).toHaveLength(1);
    await vi.waitUntil(async () => (await deliveries(deleted))[0]?.nextTryAt != null, WAIT);
    await removeDeliveries(rig.temporal, deleted);
    await vi.waitUntil(async () => (await deliveries(deleted)).length === 0, WAIT);
    expect([receiver.at(first.path).length, receiver.at(second.path).length]).toEqual([1, 1]);
  });

  test('is called once by several control workers', async () => {
    const endOther = await rig.addControlWorker();
    const hooks = Array.from({ length: 8 }, () => newHook());
    const ids = await Promise.all(hooks.map(({ labels }) => rig.submit({ labels })));
    await Promise.all(ids.map((taskId) => rig.ended(taskId)));
    await Promise.all([rig.reconcile(), rig.reconcile(), rig.reconcile()]);
    for (const { path } of hooks) await arrived(path);
    for (const taskId of ids) await over(taskId, 'delivered');
    expect(hooks.map(({ path }) => typesAt(path))).toEqual(hooks.map(() => ['task.completed']));
    for (const taskId of ids) expect(await deliveries(taskId)).toHaveLength(1);
    await endOther();
  });

  test('costs nothing where there is none', async () => {
    const taskId = await rig.submit({ labels: { client: 'studio' } });
    await rig.ended(taskId);
    await rig.reconcile();
    expect(await deliveries(taskId)).toEqual([]);
    await expect(redeliver(taskId, undefined)).rejects.toMatchObject({ code: 'webhook_missing' });
    const { events } = await rig.handle(taskId).fetchHistory();
    // The record of the end, and nothing for a webhook.
    expect(events?.filter((event) => event.markerRecordedEventAttributes)).toHaveLength(1);
  });
});

describe('The webhook of a pipeline', () => {
  let rig: PipelineRig;
  beforeAll(async () => void (rig = await createPipelineRig(() => Promise.resolve())));
  afterEach(() => rig.clear());
  afterAll(() => rig.stop());
  const picture = { id: 'picture', task_type: 'comfyui', payload: { prompt: 'a fox' } };

  test('gets the end of the pipeline with its steps, and nothing of the steps themselves', async () => {
    const path = '/pipeline';
    const id = await rig.submitPipeline({
      steps: [picture, { ...picture, id: 'more' }],
      output: { files: { $from: 'picture.files' } },
      webhook_url: `${receiver.url}${path}`,
      metadata,
    });
    const [end] = await arrived(path);
    expect(end?.body).toMatchObject({
      type: 'pipeline.completed',
      data: {
        task_id: id,
        task_type: 'pipeline',
        status: 'completed',
        metadata,
        result: { steps: { picture: { status: 'completed' } }, output: { files: expect.any(Array) } },
      },
    });
    await rig.allOver(id);
    await rig.reconcile();
    expect(typesAt(path)).toEqual(['pipeline.completed']);
  });

  test('gets its failure, also when an operator terminated it', async () => {
    const terminated = '/terminated';
    const waiting = { steps: [picture], delay_seconds: 3600 };
    const id = await rig.submitPipeline({ ...waiting, callback_url: `${receiver.url}${terminated}` });
    await rig.handle(id).terminate('by an operator');
    await vi.waitUntil(async () => (await rig.reconcile()) >= 0 && receiver.at(terminated).length > 0, WAIT);
    expect(receiver.at(terminated)[0]?.body).toMatchObject({
      type: 'pipeline.failed',
      data: { status: 'failed', result: { error: { code: 'terminated' } } },
    });
    const cancelled = '/cancelled';
    const other = await rig.submitPipeline({ ...waiting, webhook_url: `${receiver.url}${cancelled}` });
    await rig.actions.cancelTask(other);
    const [end] = await arrived(cancelled);
    expect(end?.body).toMatchObject({ type: 'pipeline.failed', data: { result: { error: { code: 'cancelled' } } } });
  });
});
