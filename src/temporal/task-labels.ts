import type { SearchAttributePair } from '@temporalio/common';
import { PIPELINE, type WorkType } from '../contracts/names.ts';
import type { PipelineInput } from '../contracts/pipeline.ts';
import type { TaskInput } from '../contracts/task.ts';
import { templateOf } from '../contracts/template-of.ts';
import { clientKey, pipelineKey, priorityAttribute, stepKey, taskStatusKey, taskTypeKey } from './search-attributes.ts';

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
}

export function memoOf(task: TaskInput | PipelineInput): TaskMemo {
  const { taskType, priority, acceptedAt } = task;
  const memo = { taskType, priority, acceptedAt };
  if (task.taskType === PIPELINE) return memo;
  const hash = task.step === undefined ? {} : { payloadHash: task.step.payloadHash };
  return { ...memo, template: templateOf(task), ...hash };
}

/** The search attributes of a task. A pipeline has no `TaskStatus`, because it never waits for the GPU. */
export function attributesOf(taskId: string, task: TaskInput | PipelineInput, client?: string): SearchAttributePair[] {
  const owner = client === undefined ? [] : [{ key: clientKey, value: client }];
  const shared = [
    { key: taskTypeKey, value: task.taskType },
    { key: priorityAttribute, value: task.priority },
    ...owner,
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
