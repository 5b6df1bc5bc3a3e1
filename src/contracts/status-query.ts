import { z } from 'zod';
import { choice, flag, optional } from './fields.ts';
import { wholeNumber } from './queue.ts';

/** Clients and proxies often close a connection that is silent for a minute. */
export const LONGEST_STATUS_WAIT_SECONDS = 60;
export const WAIT_TARGETS = ['processing', 'completed'] as const;

/** Query of `GET /task_status/{task_id}`: how long the answer may wait for a change, in seconds, and for which one. */
export const statusQuerySchema = z.object({
  wait: optional(wholeNumber(LONGEST_STATUS_WAIT_SECONDS)).transform((value) => value ?? 0),
  until: optional(choice(WAIT_TARGETS)),
  full: optional(flag),
});
export type StatusQuery = z.infer<typeof statusQuerySchema>;

/** The same for the API reference. */
export const statusQuery = z.object({
  wait: z
    .int()
    .min(0)
    .max(LONGEST_STATUS_WAIT_SECONDS)
    .optional()
    .meta({ description: 'How many seconds the answer may wait for the next change of `status`.', examples: [30] }),
  until: z
    .enum(WAIT_TARGETS)
    .optional()
    .meta({
      description:
        'What `wait` waits for: `processing`: the task no longer waits; `completed`: it is over, completed or failed.',
      examples: ['completed'],
    }),
  full: z
    .boolean()
    .optional()
    .meta({
      description:
        'Whether the status of a pipeline has the items and results of its steps. By default, one of more than 20 tasks has them when it is over.',
      examples: [true],
    }),
});
