import type { GpuActivities } from '../src/contracts/activities.ts';
import type { TaskKinds } from '../src/contracts/engines.ts';
import { TASK_TYPES, type TaskType } from '../src/contracts/names.ts';
import type { TaskInput, TaskResult } from '../src/contracts/task.ts';
import type { MakeRoom } from '../src/gpu/make-room.ts';
import { createClearStrays, type SweepControl } from './clear-strays.ts';
import { runGpuAttempt, type AttemptDeps, type AttemptWork } from './gpu-attempt.ts';
import { presentRun } from './present-run.ts';

export interface GpuTask<T extends TaskType> {
  taskId: string;
  input: TaskKinds[T]['input'];
  makeRoom: MakeRoom;
}

/** An engine as the GPU activity of its task type sees it. */
export interface GpuEngine<T extends TaskType> {
  /** One attempt of a task. */
  work(task: GpuTask<T>, attempt: AttemptWork): Promise<TaskResult<T>>;
  /** Only for an engine that is a server: whether it accepts work now. Never rejects. */
  check?(): Promise<{ up: boolean }>;
  /** Only for a server that continues its work after the worker has died: cancels leftover work of our tasks. */
  sweepStrays?(control: SweepControl): Promise<void>;
}

export type GpuEngines = { readonly [T in TaskType]: GpuEngine<T> };

export interface GpuDeps extends AttemptDeps {
  engines: GpuEngines;
  makeRoom: MakeRoom;
}

/** The activities of the GPU worker, which run one at a time. */
export function createGpuActivities(given: GpuDeps): GpuActivities {
  const { engines, makeRoom, logger } = given;
  const clearStrays = createClearStrays(engines, logger);
  const deps = { ...given, engineIsUp: async (type: TaskType) => (await engines[type].check?.())?.up === true };
  const activityOf =
    <T extends TaskType>(type: T) =>
    (task: TaskInput<T>) => {
      const { workflowId: taskId } = presentRun();
      return runGpuAttempt<T>(deps, task, (attempt) =>
        clearStrays(type, attempt, () => engines[type].work({ taskId, input: task.input, makeRoom }, attempt)),
      );
    };
  return Object.fromEntries(TASK_TYPES.map((type) => [type, activityOf(type)])) as unknown as GpuActivities;
}
