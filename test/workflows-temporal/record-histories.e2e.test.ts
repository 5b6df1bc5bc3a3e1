import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { changePriority } from '../../src/tasks/change-priority.ts';
import { wakeTasks } from '../../src/temporal/waiting-tasks.ts';
import { createTaskRig, type Generate, type Render, type TaskRig } from '../helpers/task-rig.ts';
import { film } from '../helpers/rendered-film.ts';
import { startReceiver } from '../helpers/webhook-receiver.ts';
import { deliveryId } from '../../src/webhooks/webhook-id.ts';

/** Without the names of the machine that recorded it. */
const anonymous = (history: string): string => history.replaceAll(process.cwd(), '/app').replaceAll(hostname(), 'host');

/**
 * Not a test: `RECORD_HISTORIES=1 npm run test:e2e -- record-histories` writes the histories that `replay.test.ts` replays.
 * Record when workflow code changes on purpose, and keep the old ones as long as such workflows may be running somewhere.
 */
describe.runIf(process.env['RECORD_HISTORIES'] === '1')('Recording', () => {
  const folder = new URL('../fixtures/histories/', import.meta.url);
  const render = vi.fn<Render>();
  const generate = vi.fn<Generate>();
  let rig: TaskRig;
  beforeAll(async () => {
    rig = await createTaskRig(
      (job, control) => render(job, control),
      (job, control) => generate(job, control),
    );
    await mkdir(folder, { recursive: true });
  });
  afterAll(() => rig.stop());

  const save = async (name: string, taskId: string): Promise<void> => {
    const history = historyToJSON(await rig.handle(taskId).fetchHistory());
    await writeFile(new URL(`${name}.json`, folder), `${anonymous(history)}\n`);
  };

  test.each(['completed', 'failed', 'cancelled'])('A task that is %s', async (name) => {
    render.mockReset().mockResolvedValue(film);
    if (name === 'failed') render.mockRejectedValue(new AppError('render_rejected', 'the clip is no video'));
    if (name === 'cancelled')
      render.mockImplementation(
        (_job, { signal }) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
          ),
      );
    const taskId = await rig.submit();
    await vi.waitUntil(() => render.mock.calls.length > 0, { timeout: 60_000 });
    if (name === 'cancelled') await rig.handle(taskId).cancel();
    await rig
      .handle(taskId)
      .result()
      .catch(() => undefined);
    await save(name, taskId);
  });

  test('A task that waited for its engine', async () => {
    generate.mockRejectedValueOnce(new AppError('comfyui_unavailable', 'at http://127.0.0.1:8188'));
    generate.mockResolvedValue({ files: [], texts: [], seed: 7, promptId: 'p', cached: false });
    const taskId = await rig.submitComfyui();
    await vi.waitUntil(async () => (await rig.readStatus(taskId))?.waiting != null, { timeout: 60_000 });
    await wakeTasks(rig.temporal, [taskId]);
    await rig.handle(taskId).result();
    await save('waited', taskId);
  });

  test("A task's priority was changed while it waited for its engine, and it was reset after it failed", async () => {
    generate.mockRejectedValueOnce(new AppError('comfyui_unavailable', 'at http://127.0.0.1:8188'));
    generate.mockRejectedValueOnce(new AppError('comfyui_refused', 'node 3'));
    const taskId = await rig.submitComfyui({ queueSeconds: 3600 });
    await vi.waitUntil(async () => (await rig.readStatus(taskId))?.waiting != null, { timeout: 60_000 });
    await changePriority(rig.temporal, taskId, 80, 101);
    await wakeTasks(rig.temporal, [taskId]);
    await rig
      .handle(taskId)
      .result()
      .catch(() => undefined);
    await save('reprioritised', taskId);
    generate.mockResolvedValue({ files: [], texts: [], seed: 7, promptId: 'p', cached: false });
    const { events } = await rig.handle(taskId).fetchHistory();
    const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
    await rig.temporal.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: taskId },
      workflowTaskFinishEventId: first?.eventId ?? null,
      requestId: 'reset',
      reason: 'test',
    });
    await rig.handle(taskId).result();
    await save('reset', taskId);
  });

  test('A task whose webhook was told of its start and its end, at the second try', async () => {
    render.mockReset().mockResolvedValue(film);
    const receiver = await startReceiver();
    receiver.answer = (response, _received, nth) => response.writeHead(nth <= 2 ? 503 : 204).end();
    const events = ['task.started', 'task.completed'] as const;
    const taskId = await rig.submit({ labels: { webhook: { url: `${receiver.url}/hook`, events } } });
    await rig.handle(taskId).result();
    await save('called', taskId);
    const { startTime } = await rig.handle(taskId).describe();
    const delivery = deliveryId({ taskId, runStartedAt: startTime.getTime(), event: 'task.completed' });
    await rig.handle(delivery).result();
    await save('webhook', delivery);
    await receiver.close();
  });

  test('A task that waited too long for its engine', async () => {
    generate.mockReset().mockRejectedValue(new AppError('comfyui_unavailable', 'at http://127.0.0.1:8188'));
    const taskId = await rig.submitComfyui({ queueSeconds: 1 });
    await rig
      .handle(taskId)
      .result()
      .catch(() => undefined);
    await save('queue-timeout', taskId);
  });
});
