import { AVAILABLE_TASK_TYPES, QUEUES, type AvailableTaskType } from '../../contracts/names.ts';
import { fieldErrors } from '../../contracts/fields.ts';
import { envelopeSchema, type TaskInput } from '../../contracts/task.ts';
import { AppError } from '../../errors.ts';
import { type Logger } from '../../logging.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { prepareRender, type PrepareRenderDeps } from './prepare-render.ts';

export interface SubmitTaskDeps extends PrepareRenderDeps {
  /** Starts the task's workflow; see `startTask` for what it throws. */
  startTask: (taskId: string, task: TaskInput) => Promise<void>;
  /** Records that the task waits, unless something is recorded already. Its failure does not matter. */
  recordPending: (taskId: string, task: TaskInput) => Promise<unknown>;
  /** A new v4 uuid. */
  newTaskId: () => string;
  runSeconds: Readonly<Record<AvailableTaskType, number>>;
  now: () => Date;
  logger: Logger;
}

const isAvailable = (type: string): type is AvailableTaskType =>
  (AVAILABLE_TASK_TYPES as readonly string[]).includes(type);

/** `POST /submit_task`: validates everything, starts the workflow, answers `{"status":"queued","task_id"}`. */
export function createSubmitTask(deps: SubmitTaskDeps) {
  return async ({ body }: ApiRequest): Promise<ApiResponse> => {
    const envelope = envelopeSchema.safeParse(body);
    const sent = (body ?? {}) as { task_type?: unknown; payload?: unknown };
    const taskId = deps.newTaskId();
    // The payload is looked at even when the envelope is wrong, so that all errors are told at once.
    const payload =
      sent.task_type === 'remotion_render' && typeof sent.payload === 'object' && sent.payload !== null
        ? await prepareRender(deps, taskId, sent.payload)
        : undefined;
    const errors = [...(envelope.success ? [] : fieldErrors(envelope.error)), ...(payload?.errors ?? [])];
    if (errors.length > 0 || !envelope.success)
      throw new AppError(
        'invalid_request',
        errors.map(({ path, message }) => `${path || 'body'}: ${message}`).join('; '),
        {
          fields: errors,
        },
      );
    const { task_type: taskType, priority } = envelope.data;
    if (!isAvailable(taskType) || payload?.input === undefined) throw new AppError('task_type_unavailable', taskType);

    const task: TaskInput = {
      taskType,
      priority,
      summary: payload.summary,
      acceptedAt: deps.now().toISOString(),
      gpuQueue: QUEUES.gpu,
      runSeconds: deps.runSeconds[taskType],
      input: payload.input,
    };
    await deps.startTask(taskId, task);
    deps.logger.info(`📥 Queued: ${taskType} (ID: ${taskId}, priority ${priority})`);
    await deps.recordPending(taskId, task).catch(() => undefined);
    return { status: 200, body: { status: 'queued', task_id: taskId } };
  };
}
