import type { KeyLimits } from '../config/api-keys.ts';
import { isAbsent } from '../contracts/fields.ts';
import { AppError, type ErrorCode, type FieldError } from '../errors.ts';

/** The limits of a key that a submission is checked against. */
export type SubmissionLimits = Pick<KeyLimits, 'maxPriority' | 'ownGraphs'>;

/** A request without an API key, or with a key that has none. */
export const NO_LIMITS: SubmissionLimits = { ownGraphs: true };

/** A field that is valid, but more than the key may ask for. */
export interface DeniedField extends FieldError {
  code: ErrorCode;
}

/** @param priority the priority in force. @param path of the priority in the request. */
export function deniedPriority(priority: number, most: number | undefined, path: string): DeniedField[] {
  if (most === undefined || priority <= most) return [];
  return [{ code: 'priority_too_high', path, message: `expected at most ${most}, the limit of this API key` }];
}

/** The priority of a request that names none: the default, as far as the key allows it. */
export const allowedDefault = (sent: unknown, priority: number, most: number | undefined): number =>
  isAbsent(sent) ? Math.min(priority, most ?? priority) : priority;

/**
 * Refuses a graph that the client sends along. In a pipeline, a payload that is a reference as a whole is refused too,
 * because it may bring a graph.
 * @param path of the payload in the request.
 */
export function deniedGraph(
  { taskType, payload }: { taskType: unknown; payload: unknown },
  ownGraphs: boolean,
  path: string,
): DeniedField[] {
  if (ownGraphs || taskType !== 'comfyui' || typeof payload !== 'object' || payload === null) return [];
  return Object.entries(payload)
    .filter(([name, value]) => name.startsWith('$') || (name === 'workflow' && !isAbsent(value)))
    .map(([name]) => ({
      code: 'graph_not_allowed' as const,
      path: `${path}.${name}`,
      message: 'expected a template and its params: this API key may use no graphs of its own',
    }));
}

/** The code of a refusal: that of the limit if all else is right. */
export const codeOfDenied = (errors: readonly FieldError[], denied: readonly DeniedField[]): ErrorCode | undefined =>
  errors.length === denied.length ? denied[0]?.code : undefined;

/** @throws {AppError} `priority_too_high` */
export function requirePriority(priority: number, most: number | undefined): void {
  const [denied] = deniedPriority(priority, most, 'priority');
  if (denied !== undefined) throw new AppError(denied.code, denied.message, { fields: [denied] });
}
