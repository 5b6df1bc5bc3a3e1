import { API_ERRORS } from './errors/api.ts';
import type { CatalogueEntry } from './errors/catalogue-entry.ts';
import { COMFYUI_ERRORS } from './errors/comfyui.ts';
import { COSYVOICE_ERRORS } from './errors/cosyvoice.ts';
import { FILE_ERRORS } from './errors/files.ts';
import { PIPELINE_ERRORS } from './errors/pipelines.ts';
import { QUEUE_ERRORS } from './errors/queue.ts';
import { REMOTION_ERRORS } from './errors/remotion.ts';
import { SOURCE_ERRORS } from './errors/sources.ts';
import { TASK_ERRORS } from './errors/tasks.ts';
import { VOICE_ERRORS } from './errors/voices.ts';
import { cutMessage } from './text/cut-text.ts';
import { withoutPaths } from './text/without-paths.ts';

/**
 * The one catalogue of errors, written down by subject in `errors/`. API answers, activity failures, `result.error` of
 * a failed task and `docs/errors.md` derive from it. Workflow code imports it: no Zod, no Node modules.
 */
export const ERRORS = {
  ...API_ERRORS,
  ...VOICE_ERRORS,
  ...FILE_ERRORS,
  ...SOURCE_ERRORS,
  ...TASK_ERRORS,
  ...PIPELINE_ERRORS,
  ...QUEUE_ERRORS,
  ...REMOTION_ERRORS,
  ...COMFYUI_ERRORS,
  ...COSYVOICE_ERRORS,
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** The `result.error` of a failed task; API errors have the same members. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  hint: string;
  /** Whether the same request may succeed later without being changed. */
  retryable: boolean;
}

/** One bad field of a request: its path from the root of the body, and the problem. */
export interface FieldError {
  path: string;
  message: string;
}

/**
 * In bytes. Longer messages are useless, and Temporal's SDK searches them with regular expressions: a message of 60,000
 * blanks blocked a worker for a minute.
 */
export const LONGEST_MESSAGE = 2000;

/** The only error class of the middleware: a code of the catalogue with the particulars of one case. */
export class AppError extends Error {
  override name = 'AppError';
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];
  /** More members for the API's answer, such as `task_id`. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** The message for logs: with the paths of this server, and without client text. */
  readonly logged: string;

  /**
   * `detail` continues the catalogue's message after a colon; paths of this server that a system error wrote into it
   * stay in `cause`. `options.logged`: the same without words of the client.
   */
  constructor(
    code: ErrorCode,
    detail?: string,
    options: {
      cause?: unknown;
      fields?: readonly FieldError[];
      extra?: Readonly<Record<string, unknown>>;
      logged?: string;
    } = {},
  ) {
    const messageWith = (more?: string): string =>
      cutMessage(ERRORS[code].message + (more === undefined ? '' : `: ${more}`), LONGEST_MESSAGE);
    super(withoutPaths(messageWith(detail)), { cause: options.cause });
    this.code = code;
    this.logged = messageWith(options.logged ?? detail);
    this.fields = (options.fields ?? []).map((field) => ({
      ...field,
      message: withoutPaths(cutMessage(field.message, LONGEST_MESSAGE)),
    }));
    this.extra = options.extra ?? {};
  }

  get entry(): CatalogueEntry {
    return ERRORS[this.code];
  }

  get body(): ErrorBody {
    const { code, message, entry } = this;
    return { code, message, hint: entry.hint, retryable: entry.class !== 'permanent' };
  }
}

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(ERRORS, value);

/** What grpc-js appends to a missed deadline: times of its own parts, and the address of the server. */
const GRPC_TIMES = /(\bDeadline exceeded after [\d.]{1,12}s),[^\n]*/g;

function wholeMessageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, cause } = error;
  const message = error.message.replaceAll(GRPC_TIMES, '$1');
  return name === 'ServiceError' && cause !== undefined ? `${message}: ${wholeMessageOf(cause)}` : message;
}

/**
 * The message of any thrown value, cut if it is long. Temporal's client names only the operation; the reason is in the
 * cause.
 */
export const messageOf = (error: unknown): string => cutMessage(wholeMessageOf(error), LONGEST_MESSAGE);

/** The same for a log: with the paths that clients do not get, and without client text that the error contains. */
export function loggedMessageOf(error: unknown): string {
  const message = messageOf(error);
  for (let one = error; one instanceof Error; one = one.cause) {
    if (!(one instanceof AppError) || one.logged === one.message) continue;
    const { message: told, logged } = one;
    return message.includes(told) ? message.replace(told, () => logged) : logged;
  }
  return message;
}

/**
 * The code of a failure after an engine answered for a long time but took no work: `code` itself where it has no other
 * name.
 */
export function givenUpAs(code: ErrorCode): ErrorCode {
  const entry = ERRORS[code];
  return 'givenUpAs' in entry ? entry.givenUpAs : code;
}

/** A message for a log that came by way of Temporal, alone or as a part of another, without a client's words. */
export function withoutWords(message: string): string {
  for (const entry of Object.values(ERRORS)) {
    if (!('holdsWords' in entry)) continue;
    const { message: own } = entry;
    const at = message.indexOf(own);
    if (at >= 0) return message.slice(0, at + own.length);
  }
  return message;
}
