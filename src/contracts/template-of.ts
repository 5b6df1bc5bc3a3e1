import type { TaskInput } from './task.ts';

/** The template of a `comfyui` task; null if there is none. */
export const templateOf = (task: TaskInput): string | null =>
  task.taskType === 'comfyui' ? task.input.template : null;
