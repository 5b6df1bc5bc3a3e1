import { z } from 'zod';

/** The key of our mark in `extra_data`, which ComfyUI keeps in its queue and history. */
const KEY = 'gpu_middleware';

const markSchema = z.looseObject({ task_id: z.string(), input: z.string() });
const extraData = z.looseObject({ [KEY]: markSchema });

/** Identifies the task of a prompt. */
export interface Mark {
  taskId: string;
  /** Hash of the task's input. A prompt with another input is no longer wanted. */
  input: string;
}

export const markedData = ({ taskId, input }: Mark): Record<string, unknown> => ({ [KEY]: { task_id: taskId, input } });

/** The mark in a prompt's `extra_data`; null for prompts of other clients. */
export function readMark(data: unknown): Mark | null {
  const parsed = extraData.safeParse(data);
  if (!parsed.success) return null;
  const { task_id: taskId, input } = parsed.data[KEY];
  return { taskId, input };
}
