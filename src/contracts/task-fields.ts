import { z } from 'zod';
import { HIGHEST_PRIORITY, PIPELINE, TASK_STATUSES, TASK_TYPES } from './names.ts';

/** Fields of answers about tasks. */

export const taskType = z.enum(TASK_TYPES);
export const workType = z.enum([...TASK_TYPES, PIPELINE]);
export const priority = z.int().min(0).max(HIGHEST_PRIORITY).describe('Higher first.');
export const taskStatus = z.enum(TASK_STATUSES);
