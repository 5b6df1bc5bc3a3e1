import { AppError } from '../../errors.ts';

/**
 * How a request failed without an answer of ComfyUI's own. `refused`: nothing was sent. `cut`, `timeout`: it may have been received.
 * `gateway`: a proxy answered 502, 503 or 504 in its place. `strange`: something answered, but not as ComfyUI does.
 */
export type FailureKind = 'refused' | 'cut' | 'timeout' | 'gateway' | 'strange';

export class ConnectionFailure extends Error {
  override name = 'ConnectionFailure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

const REFUSED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

const codeOf = (error: unknown): string => {
  const { code, errors } = error as { code?: unknown; errors?: unknown[] };
  // An address with several IPs fails with one error for each.
  if (typeof code !== 'string' && Array.isArray(errors)) return codeOf(errors[0]);
  return typeof code === 'string' ? code : '';
};

/** What undici threw as a failure of the connection. */
export function connectionFailure(error: unknown): ConnectionFailure {
  const code = codeOf(error);
  if (REFUSED.has(code)) return new ConnectionFailure('refused', code, error);
  if (TIMEOUTS.has(code)) return new ConnectionFailure('timeout', 'no answer in time', error);
  return new ConnectionFailure('cut', `the connection was cut (${code || String(error)})`, error);
}

/** For a failure before ComfyUI had any of the task's work. */
export const unavailable = (error: unknown, at: string): unknown =>
  error instanceof ConnectionFailure
    ? new AppError('comfyui_unavailable', `${at}: ${error.message}`, { cause: error })
    : error;
