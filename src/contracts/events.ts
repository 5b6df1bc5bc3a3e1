import { z } from 'zod';
import { list, flag, optional, plainText } from './fields.ts';
import { taskFilterFields, taskFilterRequest } from './task-list.ts';

/** A part of the work of a task that is done. */
export interface FilePart {
  name: 'sentence' | 'frame';
  /** How many of them are done. */
  done: number;
  total: number;
  /** Of a sentence. */
  text?: string;
  duration_seconds?: number;
}

/** Ids that one stream may name. */
export const MOST_STREAM_IDS = 100;
const IDS = `expected ids of at most ${MOST_STREAM_IDS} tasks, with commas between them`;

const ids = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',') : value),
  list(
    plainText(IDS)
      .trim()
      .toLowerCase()
      .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, IDS),
    MOST_STREAM_IDS,
    IDS,
  ),
);

/** Query of `GET /tasks/{task_id}/events`. */
export const taskEventsSchema = z.object({ previews: optional(flag) });

const { status, task_type, client, tag, pipeline } = taskFilterFields;
/** Query of `GET /events`. */
export const eventsSchema = z.object({
  status,
  task_type,
  client,
  tag,
  pipeline,
  task_id: optional(ids),
  previews: optional(flag),
});
export type EventsQuery = z.infer<typeof eventsSchema>;

const previews = (usual: boolean) =>
  z
    .boolean()
    .optional()
    .meta({
      description: `Whether the stream has preview pictures of ComfyUI; ${usual} by default.`,
      examples: [!usual],
    });

/** The same for the API reference. */
export const taskEventsRequest = z.object({ previews: previews(true) });
const { since: _since, until: _until, error_code: _code, ...filters } = taskFilterRequest;
export const eventsRequest = z.object({
  ...filters,
  task_id: z
    .string()
    .optional()
    .meta({
      description: `The ids of up to ${MOST_STREAM_IDS} tasks, with commas between them.`,
      examples: ['0b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11'],
    }),
  previews: previews(false),
});
