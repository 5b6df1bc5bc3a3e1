import { AppError } from '../../../errors.ts';
import { codeOf, isRefused } from '../../undici-errors.ts';

/**
 * How a request failed without a usable answer of ComfyUI:
 * - `refused`: nothing was sent.
 * - `cut`, `timeout`: ComfyUI may have received the request.
 * - `slow`: an answer began and trickles.
 * - `gateway`: a proxy answered in its place (502, 503, 504, 521 to 524).
 * - `strange`: the status is none that ComfyUI gives there.
 * - `nonsense`: the status is 200 and the body cannot be read.
 * - `damaged`: a file of a result came, but is of no use.
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

/** An error of undici as a failure of the connection. */
export function connectionFailure(error: unknown): ConnectionFailure {
  const code = codeOf(error);
  if (isRefused(error)) return new ConnectionFailure('refused', code, error);
  if (TIMEOUTS.has(code)) return new ConnectionFailure('timeout', 'no answer in time', error);
  return new ConnectionFailure('cut', `the connection was cut (${code || String(error)})`, error);
}

/**
 * A failure before ComfyUI had any of the task's work, as an error of the catalogue. A server that answers nonsense is
 * broken, and waiting does not help. Errors of other kinds are returned as they are.
 */
export function unavailable(error: unknown, at: string): unknown {
  if (!(error instanceof ConnectionFailure)) return error;
  const code = error.kind === 'nonsense' ? 'comfyui_failed' : 'comfyui_unavailable';
  return new AppError(code, `${at}: ${error.message}`, { cause: error });
}
