import { AppError } from '../../../errors.ts';
import { codeOf, isRefused } from '../../undici-errors.ts';

/**
 * How a request failed without an answer of ComfyUI's own. `refused`: nothing was sent. `cut`, `timeout`: it may have been received.
 * `slow`: an answer began and trickles.
 * `gateway`: a proxy answered 502, 503 or 504 in its place. `strange`: something answered with a status that ComfyUI does not give there.
 * `nonsense`: it answered 200 with what cannot be read. `damaged`: a file of a result came, but is of no use.
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

/** What undici threw as a failure of the connection. */
export function connectionFailure(error: unknown): ConnectionFailure {
  const code = codeOf(error);
  if (isRefused(error)) return new ConnectionFailure('refused', code, error);
  if (TIMEOUTS.has(code)) return new ConnectionFailure('timeout', 'no answer in time', error);
  return new ConnectionFailure('cut', `the connection was cut (${code || String(error)})`, error);
}

/** For a failure before ComfyUI had any of the task's work. A server that answers nonsense is broken, not away: no waiting mends it. */
export function unavailable(error: unknown, at: string): unknown {
  if (!(error instanceof ConnectionFailure)) return error;
  const code = error.kind === 'nonsense' ? 'comfyui_failed' : 'comfyui_unavailable';
  return new AppError(code, `${at}: ${error.message}`, { cause: error });
}
