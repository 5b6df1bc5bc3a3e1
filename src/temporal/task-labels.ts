import type { SearchAttributePair } from '@temporalio/common';
import { PIPELINE, type WorkType } from '../contracts/names.ts';
import type { PipelineInput } from '../contracts/pipeline.ts';
import type { TaskInput } from '../contracts/task.ts';
import { templateOf } from '../contracts/template-of.ts';
import { FOR_TIME } from '../contracts/time-wait.ts';
import type { Webhook } from '../contracts/webhook-events.ts';
import {
  clientKey,
  pipelineKey,
  priorityAttribute,
  stepKey,
  tagsKey,
  taskStatusKey,
  taskTypeKey,
  waitingForKey,
} from './search-attributes.ts';

/** Pure, because workflow code imports this file. */

/** The memo that a task's workflow gets at its start. */
export interface TaskMemo extends Record<string, unknown> {
  taskType: WorkType;
  priority: number;
  acceptedAt: string;
  /** The template of a `comfyui` task. */
  template?: string | null;
  /** Set only for a step of a pipeline. */
  payloadHash?: string;
  /** A hash of what was asked for; set for a submission with an idempotency key alone. */
  fingerprint?: string;
  tags?: readonly string[];
  metadata?: unknown;
  /** The trace of the submission, in the form of the W3C header `traceparent`. */
  traceparent?: string;
  webhook?: Webhook;
  /** When it is to run; set for a task that was submitted for later alone. */
  runAt?: string;
}

export function memoOf(task: TaskInput | PipelineInput): TaskMemo {
  const { taskType, priority, acceptedAt, runAt, labels = {} } = task;
  // The client is a search attribute.
  const { client: _client, ...kept } = labels;
  const memo = { taskType, priority, acceptedAt, ...kept, ...(runAt === undefined ? {} : { runAt }) };
  if (task.taskType === PIPELINE) return memo;
  const hash = task.step === undefined ? {} : { payloadHash: task.step.payloadHash };
  return { ...memo, template: templateOf(task), ...hash };
}

/** The search attributes of a task. A pipeline has no `TaskStatus`, because it never waits for the GPU. */
export function attributesOf(taskId: string, task: TaskInput | PipelineInput, client?: string): SearchAttributePair[] {
  const owner = client === undefined ? [] : [{ key: clientKey, value: client }];
  const { tags = [] } = task.labels ?? {};
  const shared = [
    { key: taskTypeKey, value: task.taskType },
    { key: priorityAttribute, value: task.priority },
    ...owner,
    ...(tags.length === 0 ? [] : [{ key: tagsKey, value: [...tags] }]),
    ...(task.runAt === undefined ? [] : [{ key: waitingForKey, value: FOR_TIME }]),
  ];
  if (task.taskType === PIPELINE) return [...shared, { key: pipelineKey, value: taskId }];
  const { step } = task;
  const whose =
    step === undefined
      ? []
      : [
          { key: pipelineKey, value: step.pipelineId },
          { key: stepKey, value: step.step },
        ];
  return [...shared, { key: taskStatusKey, value: 'pending' }, ...whose];
}
