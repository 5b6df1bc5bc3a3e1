import { STATUS_CODES } from 'node:http';
import { AppError, type FieldError } from '../errors.ts';
import type { ApiResponse } from './route.ts';

const RETRY_AFTER_SECONDS = '5';
const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';
/** An answer stays small, however large and wrong the request was. */
export const MOST_ERRORS = 100;
const LONGEST = { path: 200, message: 300, detail: 2000 };

const shorten = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

const briefly = ({ path, message }: FieldError): FieldError => ({
  path: shorten(path, LONGEST.path),
  message: shorten(message, LONGEST.message),
});

/** Shortens an error for the answer: at most a hundred fields, and the number of omitted ones. */
export function abridge({ code, message, fields, extra }: AppError) {
  const omitted = fields.length > MOST_ERRORS ? { errors_omitted: fields.length - MOST_ERRORS } : {};
  return { code, message, fields: fields.slice(0, MOST_ERRORS).map(briefly), extra: { ...omitted, ...extra } };
}

/**
 * The media type of an error for a client with this `Accept` header. Flow builders such as n8n treat
 * `application/problem+json` as text, so only clients that name this type get it.
 */
export function problemType(accept: string | undefined): string {
  const named = (accept ?? '')
    .toLowerCase()
    .split(',')
    .map((range) => range.split(';').map((part) => part.trim()));
  return named.some(([type, ...rest]) => type === PROBLEM_TYPE && !rest.some((part) => /^q=0(\.0*)?$/.test(part)))
    ? PROBLEM_TYPE
    : JSON_TYPE;
}

/**
 * Converts an error into the API's answer: RFC 9457 problem details with the code, hint and bad fields of the error.
 * `error` repeats the message, as in the status of a failed task.
 * @param requestId the name of the request in the log
 */
export function problem(error: AppError, requestId?: string): ApiResponse {
  const { code, hint, retryable } = error.body;
  const { fields, extra } = abridge(error);
  const message = shorten(error.message, LONGEST.detail);
  const { status } = error.entry;
  return {
    status,
    headers: {
      'Content-Type': JSON_TYPE,
      ...(retryable && (status === 503 || status === 429) ? { 'Retry-After': RETRY_AFTER_SECONDS } : {}),
      ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    },
    body: {
      type: 'about:blank',
      title: STATUS_CODES[status],
      status,
      detail: message,
      error: message,
      code,
      hint,
      retryable,
      ...(fields.length > 0 ? { errors: fields } : {}),
      ...extra,
      ...(requestId === undefined ? {} : { request_id: requestId }),
    },
  };
}

/** The errors of body-parser and Express: https://github.com/expressjs/body-parser#errors */
interface HttpError extends Error {
  status?: number;
  type?: string;
  /** The limit in bytes, for a body that is too large. */
  limit?: number;
}

/** Converts any thrown value into an error of the catalogue. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { status, type, limit, message } = thrown as HttpError;
  if (type === 'entity.parse.failed') return new AppError('malformed_json', message, { cause: thrown });
  if (type === 'entity.too.large')
    return new AppError('body_too_large', `the limit is ${limit} bytes`, { cause: thrown });
  if (status === 415) return new AppError('unsupported_media_type', message, { cause: thrown });
  if (status === 400) return new AppError('malformed_request', message, { cause: thrown });
  return new AppError('internal_error', undefined, { cause: thrown });
}
