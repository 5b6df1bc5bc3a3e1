import type { TaskLabels } from './labels.ts';
import { QUEUES, type TaskType } from './names.ts';
import type { TaskEnvelope, TaskInput } from './task.ts';

/** The operator's limits of each task type, in seconds; without a queue limit, tasks may wait for ever. */
export interface TaskLimits {
  runSeconds: Readonly<Record<TaskType, number>>;
  queueSeconds: Readonly<Record<TaskType, number | undefined>>;
}

/** The input of a task's workflow. Limits that the request does not name come from the operator. */
export function makeTask(
  limits: TaskLimits,
  task: Pick<TaskEnvelope, 'taskType' | 'priority' | 'summary' | 'acceptedAt' | 'step'> & {
    labels?: TaskLabels | undefined;
    runAt?: string | undefined;
    input: object;
    runSeconds: number | null | undefined;
    queueSeconds: number | null | undefined;
    gpuQueue?: string | undefined;
  },
): TaskInput {
  const { taskType, gpuQueue = QUEUES.gpu, step, labels, runAt } = task;
  const queueSeconds = task.queueSeconds ?? limits.queueSeconds[taskType];
  return {
    taskType,
    priority: task.priority,
    summary: task.summary,
    acceptedAt: task.acceptedAt,
    gpuQueue,
    runSeconds: task.runSeconds ?? limits.runSeconds[taskType],
    ...(queueSeconds === undefined ? {} : { queueSeconds }),
    input: task.input,
    ...(step === undefined ? {} : { step }),
    ...(labels === undefined ? {} : { labels }),
    ...(runAt === undefined ? {} : { runAt }),
  } as TaskInput;
}
