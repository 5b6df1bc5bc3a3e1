import { sumUp } from '../contracts/fields.ts';
import { AppError, type ErrorCode, type FieldError } from '../errors.ts';

/**
 * The error about bad fields: the first few in its message, all of them in `fields`, and ignored fields in `warnings`.
 */
export const refusal = (
  fields: readonly FieldError[],
  code: ErrorCode = 'invalid_request',
  warnings: readonly string[] = [],
): AppError => new AppError(code, sumUp(fields), { fields, ...(warnings.length > 0 ? { extra: { warnings } } : {}) });
