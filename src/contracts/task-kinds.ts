import { z } from 'zod';
import { comfyuiResultSchema } from './comfyui.ts';
import { cosyvoiceResultSchema } from './cosyvoice.ts';
import type { Shape } from './engine-facts.ts';
import { ENGINES } from './engines.ts';
import { TASK_TYPES, type TaskType } from './names.ts';
import { renderResultSchema } from './render.ts';

const RESULTS: { [T in TaskType]?: z.ZodType } = {
  comfyui: comfyuiResultSchema,
  cosyvoice: cosyvoiceResultSchema,
  remotion_render: renderResultSchema,
};

/** The result of a type without a schema: the fields of its `resultShape`. */
const anyResult = (shape: Shape): z.ZodType =>
  z.strictObject(Object.fromEntries(Object.keys(shape).map((name) => [name, z.unknown()])));

/** `result` of a completed task, by type. */
export const taskResultSchemas = TASK_TYPES.map((type) => RESULTS[type] ?? anyResult(ENGINES[type].resultShape));
export const taskResultSchema = z.union(taskResultSchemas);
