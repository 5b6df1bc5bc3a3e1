import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { statusBody } from '../../src/status/status-body.ts';
import { createTaskActions } from '../../src/tasks/task-actions.ts';
import { describeTask } from '../../src/status/describe-task.ts';
import { film } from './rendered-film.ts';
import { createTaskRig, type Generate, type Render } from './task-rig.ts';

const made = { files: [], texts: [], seed: 7, promptId: 'p', cached: false };
const silent = { debug() {}, info() {}, warn() {}, error() {}, named: () => silent };

/** A failure for good. */
export const refused = () => new AppError('render_rejected', 'a passing mood');
/** What an engine that is away does. */
export const away = () => Promise.reject(new AppError('comfyui_unavailable', 'at http://127.0.0.1:8188'));

/** A task rig with what people do to tasks, and what they see of them. */
export async function createActionsRig() {
  const render = vi.fn<Render>().mockResolvedValue(film);
  const generate = vi.fn<Generate>().mockResolvedValue(made);
  const rig = await createTaskRig(
    (job, control) => render(job, control),
    (job, control) => generate(job, control),
  );
  const parts = {
    temporal: rig.temporal,
    store: rig.store,
    describe: (taskId: string) => describeTask(rig.temporal, taskId),
    priorityLevels: 101,
    now: () => new Date(),
  };
  const actions = createTaskActions(parts);
  /** Cancels a task that only waits, however long its end takes on a busy machine. */
  const { cancelTask: cancelWaiting } = createTaskActions({ ...parts, cancelWaitMs: 60_000 });
  const releases: (() => void)[] = [];

  /** Renders from now on last until they are aborted. @returns the control of the first. */
  function holdRender(): Promise<Parameters<Render>[1]> {
    return new Promise((started) => {
      render.mockImplementation(
        (_job, control) =>
          new Promise((_resolve, reject) => {
            started(control);
            control.signal.addEventListener('abort', () => reject(control.signal.reason as Error), { once: true });
          }),
      );
    });
  }

  /** A task that has the slot until it is released. */
  async function occupySlot() {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
      releases.push(resolve);
    });
    const started = new Promise<void>((resolve) => {
      render.mockImplementationOnce(async () => {
        resolve();
        await held;
        return film;
      });
    });
    const taskId = await rig.submit({ priority: 100 });
    await started;
    return { taskId, release };
  }

  const ended = (taskId: string) =>
    rig
      .handle(taskId)
      .result()
      .catch((error: unknown) => error);
  const statusOf = async (taskId: string) => {
    const record = await rig.readStatus(taskId);
    return record === null ? null : statusBody(taskId, record);
  };
  /** As the Web UI reads them. */
  const detailsOf = async (taskId: string): Promise<string> => {
    const metadata = await rig.handle(taskId).query<{ currentDetails: string }>('__temporal_workflow_metadata');
    return metadata.currentDetails;
  };
  const attributesOf = async (taskId: string) => (await rig.handle(taskId).describe()).searchAttributes;
  const until = (met: () => Promise<boolean>) => vi.waitUntil(met, { timeout: 15_000, interval: 50 });
  const isWaiting = (taskId: string) => until(async () => (await statusOf(taskId))?.waiting != null);

  const projected = (taskId: string, status: string) =>
    until(async () => (await rig.reconcile()) >= 0 && (await statusOf(taskId))?.status === status);

  /** Resets as the Web UI does, to the first or the last workflow task of the task's history. */
  async function reset(taskId: string, which: 'first' | 'last'): Promise<void> {
    const { events } = await rig.handle(taskId).fetchHistory();
    const all = events?.filter((event) => event.workflowTaskCompletedEventAttributes) ?? [];
    await rig.temporal.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: taskId },
      workflowTaskFinishEventId: (which === 'first' ? all[0] : all.at(-1))?.eventId ?? null,
      requestId: randomUUID(),
      reason: 'test',
    });
  }

  return {
    cancelWaiting,
    ...rig,
    actions,
    render,
    generate,
    holdRender,
    occupySlot,
    ended,
    statusOf,
    detailsOf,
    attributesOf,
    until,
    isWaiting,
    projected,
    reset,
    /** Work succeeds again, and a test that failed leaves the slot to the next one. */
    beginAnew(): void {
      for (const release of releases.splice(0)) release();
      render.mockReset().mockResolvedValue(film);
      generate.mockReset().mockResolvedValue(made);
    },
  };
}
export type ActionsRig = Awaited<ReturnType<typeof createActionsRig>>;
