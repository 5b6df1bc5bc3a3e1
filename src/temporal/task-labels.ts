import type { SearchAttributePair } from '@temporalio/common';
import { PIPELINE, type WorkType } from '../contracts/names.ts';
import type { PipelineInput } from '../contracts/pipeline.ts';
import type { TaskInput } from '../contracts/task.ts';
import { templateOf } from '../contracts/template-of.ts';
import { clientKey, pipelineKey, priorityAttribute, stepKey, taskStatusKey, taskTypeKey } from './search-attributes.ts';

/** Pure: workflow code imports this file too. */

/** What the start of a task leaves on the workflow for those who describe it later. */
export interface TaskMemo extends Record<string, unknown> {
  taskType: WorkType;
  priority: number;
  acceptedAt: string;
  /** Of a `comfyui` task. */
  template?: string | null;
  /** Of a step of a pipeline. */
  payloadHash?: string;
}

export function memoOf(task: TaskInput | PipelineInput): TaskMemo {
  const { taskType, priority, acceptedAt } = task;
  const memo = { taskType, priority, acceptedAt };
  if (task.taskType === PIPELINE) return memo;
  const hash = task.step === undefined ? {} : { payloadHash: task.step.payloadHash };
  return { ...memo, template: templateOf(task), ...hash };
}

/** What operators filter by. A pipeline has no status of its own beside the workflow's: it never waits for the GPU. */
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
