import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../errors.ts';

/**
 * Parts that several answers share. Answers are strict objects, so that a check of an answer finds a field without a
 * schema.
 */

/** ISO 8601 in UTC. */
export const timestamp = z.iso.datetime();

export const warnings = z
  .array(z.string())
  .describe('Fields of the request that were ignored or changed, each with its path.');

export const errorCode = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

/** The `ErrorBody` of a failed task. */
export const errorBodySchema = z
  .strictObject({
    code: errorCode,
    message: z.string().describe('The message of the catalogue, followed by the details of the case.'),
    hint: z.string().describe('What to do about it.'),
    retryable: z.boolean().describe('Whether the same request may succeed later without being changed.'),
  })
  .meta({ id: 'TaskError', description: 'Why a task failed.' });

/** Every 4xx and 5xx answer of the API: problem details of RFC 9457, with members of our own. */
export const problemSchema = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string().describe('The name of the HTTP status.'),
    status: z.int().min(400).max(599),
    detail: z.string().describe('The message of the catalogue, followed by the details of the case.'),
    error: z.string().describe('Repeats `detail`.'),
    code: errorCode.describe('The error in the catalogue: docs/errors.md lists all with their remedies.'),
    hint: z.string().describe('What to do about it.'),
    retryable: z.boolean().describe('Whether the same request may succeed later without being changed.'),
    errors: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .max(100)
      .optional()
      .describe('Every bad field by its path in the request, and what was expected there.'),
    errors_omitted: z.int().min(1).optional().describe('How many bad fields `errors` leaves out.'),
    warnings: warnings.optional(),
    task_id: z.guid().optional().describe('The task that may have been accepted, with `acceptance_unknown`.'),
    request_id: z.string().optional().describe('Repeats the header `X-Request-Id`; the log of the API names it too.'),
  })
  .meta({ id: 'Problem', description: 'An error as problem details (RFC 9457).' });

/** The answer to a submission. */
export const submittedSchema = z
  .strictObject({
    status: z.literal('queued'),
    task_id: z.guid().describe('For `GET /task_status/{task_id}`.'),
    warnings: warnings.optional(),
  })
  .meta({ id: 'Submitted', description: 'The task was accepted; it survives the death of every part from now on.' });
