import { makeTask, type TaskLimits } from '../../contracts/make-task.ts';
import type { PipelineInput } from '../../contracts/pipeline.ts';
import type { EncodedFields, TaskInput } from '../../contracts/task.ts';
import type { Logger } from '../../logging.ts';
import type { Prepares } from '../../prepare/prepare.ts';
import { createChecks, type Checks } from '../checks.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';

/** What accepting a task and accepting a pipeline have in common. */
export interface AcceptDeps {
  prepare: Prepares;
  /** How many tasks one pipeline may be, items of `for_each` counted. */
  mostPipelineTasks: number;
  /** What checks a request; left out, it is checked where it arrives. */
  checks?: Checks;
  /** Starts the workflow; see `startTask` for what it throws. `details` is Markdown for the Web UI, `client` whose it is. */
  startTask: (
    taskId: string,
    task: (TaskInput | PipelineInput) & { encoded?: EncodedFields },
    details: string,
    client: string,
  ) => Promise<void>;
  /** Whether a client may queue one more task now. @throws {AppError} `too_many_queued` */
  admit: (client: string, taskId: string) => Promise<void>;
  /** Records that it was accepted, unless something is recorded already. Its failure does not matter. */
  recordPending: (taskId: string, task: TaskInput | PipelineInput) => Promise<unknown>;
  /** A new v4 uuid. */
  newTaskId: () => string;
  now: () => Date;
  /** The longest run of one attempt that a client may ask for. */
  mostRunSeconds: number;
  logger: Logger;
}

export type SubmitTaskDeps = AcceptDeps & TaskLimits;

/** `POST /submit_task`: validates everything, starts the workflow, answers `{"status":"queued","task_id"}`. */
export function createSubmitTask(deps: SubmitTaskDeps) {
  const checks = deps.checks ?? createChecks(deps);
  return async ({ body, client, key }: ApiRequest): Promise<ApiResponse> => {
    const taskId = deps.newTaskId();
    const checked = await checks.task(body as Uint8Array, taskId);
    const { taskType, priority, timeouts, input, summary, details, warnings, encoded } = checked;

    const owner = key ?? checked.client ?? client;
    await deps.admit(owner, taskId);
    const task = makeTask(deps, {
      taskType,
      priority,
      summary,
      input,
      acceptedAt: deps.now().toISOString(),
      runSeconds: timeouts.run_seconds,
      queueSeconds: timeouts.queue_seconds,
    });
    await deps.startTask(taskId, encoded === undefined ? task : { ...task, encoded }, details, owner);
    deps.logger.info(`📥 Queued: ${taskType} (ID: ${taskId}, priority ${priority})`);
    await deps.recordPending(taskId, task).catch(() => undefined);
    return { status: 200, body: { status: 'queued', task_id: taskId, ...(warnings.length > 0 ? { warnings } : {}) } };
  };
}
