import { AppError } from '../../../errors.ts';
import { codeOf, isRefused } from '../../../outbound/undici-errors.ts';

/**
 * Why a request got no usable answer of ComfyUI:
 * - `refused`: nothing was sent.
 * - `cut`, `timeout`: ComfyUI may have received the request.
 * - `slow`: an answer began but arrives too slowly.
 * - `gateway`: a proxy answered instead (502, 503, 504, 521 to 524).
 * - `strange`: ComfyUI never answers this request with this status.
 * - `nonsense`: the status is 200, but the body cannot be parsed.
 * - `damaged`: a file of a result arrived, but is not usable.
 */
export type FailureKind = 'refused' | 'cut' | 'timeout' | 'slow' | 'gateway' | 'strange' | 'nonsense' | 'damaged';

export class ConnectionFailure extends Error {
  override name = 'ConnectionFailure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

/** Converts an error of undici into a failure of the connection. */
export function connectionFailure(error: unknown): ConnectionFailure {
  const code = codeOf(error);
  if (isRefused(error)) return new ConnectionFailure('refused', code, error);
  if (TIMEOUTS.has(code)) return new ConnectionFailure('timeout', 'no answer in time', error);
  return new ConnectionFailure('cut', `the connection was cut (${code || String(error)})`, error);
}

/**
 * Converts a failure before ComfyUI received any work of the task into an error of the catalogue. If the server answers
 * nonsense it is broken, and waiting does not help. Other errors are returned unchanged.
 */
export function unavailable(error: unknown, at: string): unknown {
  if (!(error instanceof ConnectionFailure)) return error;
  const code = error.kind === 'nonsense' ? 'comfyui_failed' : 'comfyui_unavailable';
  return new AppError(code, `${at}: ${error.message}`, { cause: error });
}
