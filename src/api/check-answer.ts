import type { z } from 'zod';
import { problemSchema } from '../contracts/answers.ts';
import { fieldErrors, sumUp } from '../contracts/fields.ts';
import { AppError, isErrorCode } from '../errors.ts';
import { errorsOf, type ApiResponse, type Route, type WrittenResponse } from './route.ts';

/** The parts of a body that do not match its schema; undefined if all match. The body is parsed as clients parse it. */
function misfits(schema: z.ZodType, body: unknown): string | undefined {
  const { error } = schema.safeParse(JSON.parse(JSON.stringify(body)));
  return error === undefined ? undefined : sumUp(fieldErrors(error));
}

function problemOf(route: Route | undefined, answered: ApiResponse | WrittenResponse): string | undefined {
  const { status } = answered;
  const body = 'body' in answered ? answered.body : undefined;
  if (status >= 400) {
    const { code } = (body ?? {}) as { code?: unknown };
    if (route !== undefined && isErrorCode(code) && !errorsOf(route).includes(code)) return `it does not name ${code}`;
    return body === undefined ? undefined : misfits(problemSchema, body);
  }
  const answer = route?.answers[status];
  if (answer === undefined) return `it does not name the status ${status}`;
  return answer.schema === undefined || body === undefined ? undefined : misfits(answer.schema, body);
}

/**
 * Compares an answer with the row of its route, for tests.
 * @param route undefined for an address that no route has.
 * @returns an `internal_error` with the differences; undefined if the answer matches.
 */
export function findMisfit(route: Route | undefined, answered: ApiResponse | WrittenResponse): AppError | undefined {
  const problem = problemOf(route, answered);
  if (problem === undefined) return undefined;
  return new AppError('internal_error', `the answer does not fit the row of ${route?.id ?? 'no route'}: ${problem}`);
}
