/**
 * The one catalogue of errors. API answers, activity failures, `result.error` of a failed task and `docs/errors.md` derive from it.
 *
 * Classes: `permanent` fails at once; `transient` is tried again with backoff; `unavailable` waits for something to come back.
 */
export type ErrorClass = 'permanent' | 'transient' | 'unavailable';

interface CatalogueEntry {
  readonly status: number;
  readonly class: ErrorClass;
  readonly message: string;
  readonly hint: string;
}

export const ERRORS = {
  malformed_json: {
    status: 400,
    class: 'permanent',
    message: 'The request body is not valid JSON',
    hint: 'Send one JSON object; the message says where parsing stopped.',
  },
  malformed_request: {
    status: 400,
    class: 'permanent',
    message: 'The request cannot be read',
    hint: 'The message says which part; often it is an address with a broken % escape.',
  },
  not_found: {
    status: 404,
    class: 'permanent',
    message: 'There is no such page',
    hint: 'The routes are POST /submit_task, GET /task_status/{task_id}, GET /status/{task_id} and GET /health.',
  },
  task_not_found: {
    status: 404,
    class: 'permanent',
    message: 'No task has this id',
    hint: 'Use the task_id that POST /submit_task answered. Finished tasks are forgotten when their retention ends.',
  },
  method_not_allowed: {
    status: 405,
    class: 'permanent',
    message: 'This page does not answer to that method',
    hint: 'The Allow header lists the methods it answers to.',
  },
  body_too_large: {
    status: 413,
    class: 'permanent',
    message: 'The request body is too large',
    hint: 'Put big data into files under ASSET_PATH and name their paths. MAX_BODY_BYTES sets the limit.',
  },
  unsupported_media_type: {
    status: 415,
    class: 'permanent',
    message: 'The request body is not JSON',
    hint: 'Send the header Content-Type: application/json.',
  },
  invalid_request: {
    status: 422,
    class: 'permanent',
    message: 'The request is not valid',
    hint: '`errors` lists every bad field by its path, and what was expected.',
  },
  template_not_found: {
    status: 422,
    class: 'permanent',
    message: 'Template not found',
    hint: 'Verify the template JSON in `comfy-templates/`',
  },
  template_broken: {
    status: 500,
    class: 'permanent',
    message: 'The template cannot be used',
    hint: 'Correct its files in `comfy-templates/`: the message says what is wrong. No restart is needed.',
  },
  voice_not_found: {
    status: 422,
    class: 'permanent',
    message: 'Voice not found',
    hint: 'GET /voices lists the voices there are; POST /voices adds one.',
  },
  voice_exists: {
    status: 409,
    class: 'permanent',
    message: 'A voice of this name exists already',
    hint: 'Choose another voice_id, send replace=true, or DELETE /voices/{id} first.',
  },
  temporal_unavailable: {
    status: 503,
    class: 'unavailable',
    message: 'Connection refused: the Temporal server does not answer; the task was not accepted',
    hint: 'Start Temporal: `docker compose up temporal -d`, or `npm start`.',
  },
  redis_unavailable: {
    status: 503,
    class: 'unavailable',
    message: 'Connection refused: Redis does not answer',
    hint: 'Start Redis: `docker compose up redis -d`',
  },
  acceptance_unknown: {
    status: 503,
    class: 'unavailable',
    message: 'The Temporal server did not say whether it accepted the task',
    hint: 'Poll GET /task_status/{task_id} with the task_id in this answer before you submit again.',
  },
  status_unavailable: {
    status: 503,
    class: 'unavailable',
    message: 'Connection refused: neither Redis nor Temporal answers, so the status cannot be read now',
    hint: 'Start Redis: `docker compose up redis -d`; and Temporal: `docker compose up temporal -d`. The task itself is kept.',
  },
  internal_error: {
    status: 500,
    class: 'transient',
    message: 'The middleware itself failed',
    hint: 'Look into server.log and worker.log for this time; please report it.',
  },
  asset_missing: {
    status: 422,
    class: 'permanent',
    message: 'A file that the task needs is missing',
    hint: 'Put the file under ASSET_PATH and name it by its path relative to it.',
  },
  asset_folder_unavailable: {
    status: 503,
    class: 'transient',
    message: 'The asset folder cannot be used',
    hint: 'Mount the disk that ASSET_PATH names, and let the middleware read and write there; `npm run doctor` says what it finds.',
  },
  render_failed: {
    status: 500,
    class: 'transient',
    message: 'Render failed',
    hint: 'Check `worker.log` for Remotion errors',
  },
  render_rejected: {
    status: 500,
    class: 'permanent',
    message: 'Render failed: the film cannot be made from this timeline',
    hint: 'Check `worker.log` for Remotion errors; the message names what the renderer refused.',
  },
  render_stalled: {
    status: 500,
    class: 'transient',
    message: 'Render failed: no frame was finished for too long',
    hint: 'Check `worker.log` for Remotion errors; RENDER_SILENCE_SECONDS sets how long is too long.',
  },
  browser_missing: {
    status: 500,
    class: 'permanent',
    message: 'Render failed: there is no Chromium to render with',
    hint: 'Run `npm run doctor` on the worker; it lists the ways to get one.',
  },
  comfyui_unavailable: {
    status: 503,
    class: 'unavailable',
    message: 'Connection refused: ComfyUI does not answer',
    hint: 'Start ComfyUI, or correct COMFYUI_URL. The task waits and goes on by itself.',
  },
  comfyui_denied: {
    status: 503,
    class: 'unavailable',
    message: 'ComfyUI, or the proxy before it, refuses our credentials',
    hint: 'Put what it asks for into COMFYUI_HEADERS. The task waits and goes on by itself.',
  },
  comfyui_frozen: {
    status: 503,
    class: 'unavailable',
    message: 'ComfyUI answers but runs nothing of what waits in its queue',
    hint: 'Restart ComfyUI; with COMFYUI_RESTART_COMMAND set this happens by itself. The task waits and goes on.',
  },
  comfyui_stalled: {
    status: 500,
    class: 'transient',
    message: 'ComfyUI shows no sign of life while it runs the task',
    hint: 'Look at its own log and restart it; COMFYUI_SILENCE_SECONDS sets how long is too long.',
  },
  comfyui_lost: {
    status: 500,
    class: 'transient',
    message: 'ComfyUI lost the work that it had accepted',
    hint: 'Look at its own log: it was restarted, died, or someone cleared its queue.',
  },
  comfyui_interrupted: {
    status: 500,
    class: 'transient',
    message: 'Someone else interrupted the work on ComfyUI',
    hint: 'Look for other users of the same ComfyUI; its Cancel button stops whatever runs.',
  },
  comfyui_failed: {
    status: 500,
    class: 'transient',
    message: 'ComfyUI failed',
    hint: 'Look at its own log for this time; the message names the node.',
  },
  comfyui_output_lost: {
    status: 500,
    class: 'transient',
    message: 'A finished file could not be fetched from ComfyUI',
    hint: 'Look at the free space and the output folder on the machine of ComfyUI.',
  },
  vram_exhausted: {
    status: 500,
    class: 'transient',
    message: 'VRAM exhausted',
    hint: 'Wait for the current task, or restart ComfyUI',
  },
  comfyui_refused: {
    status: 422,
    class: 'permanent',
    message: 'ComfyUI refused the graph',
    hint: 'The message names the node and the input; correct the template or the parameter.',
  },
  comfyui_model_missing: {
    status: 422,
    class: 'permanent',
    message: 'ComfyUI does not have a model file that the task needs',
    hint: 'Put the file into the folder that the message names and try again; GET /models of ComfyUI lists what it sees.',
  },
  comfyui_node_missing: {
    status: 422,
    class: 'permanent',
    message: 'ComfyUI does not know a node that the task needs',
    hint: 'Install the custom node, or update ComfyUI, and try again.',
  },
  comfyui_node_failed: {
    status: 422,
    class: 'permanent',
    message: 'A node of the graph failed and would fail again',
    hint: 'The message names the node and its reason; correct the template, the parameter or the file.',
  },
  comfyui_no_output: {
    status: 422,
    class: 'permanent',
    message: 'The graph ended without a file or a text',
    hint: 'Add a node that saves, such as SaveImage or SaveVideo.',
  },
  comfyui_upload_too_large: {
    status: 413,
    class: 'permanent',
    message: 'An input file is larger than ComfyUI accepts',
    hint: 'Make it smaller, or start ComfyUI with a larger --max-upload-size.',
  },
  cosyvoice_unavailable: {
    status: 503,
    class: 'unavailable',
    message: 'Connection refused: CosyVoice does not answer',
    hint: 'Start CosyVoice, or correct COSYVOICE_URL; it answers once its model is loaded. The task waits and goes on by itself.',
  },
  cosyvoice_denied: {
    status: 503,
    class: 'unavailable',
    message: 'CosyVoice, or the proxy before it, refuses our credentials',
    hint: 'Put what it asks for into COSYVOICE_HEADERS. The task waits and goes on by itself.',
  },
  cosyvoice_lost: {
    status: 500,
    class: 'transient',
    message: 'CosyVoice went away while it spoke',
    hint: 'Look at its own log for this time. Finished sentences are kept.',
  },
  cosyvoice_stalled: {
    status: 500,
    class: 'transient',
    message: 'CosyVoice did not finish a sentence in time',
    hint: 'Look at its own log and restart it; COSYVOICE_SENTENCE_SECONDS sets how long a sentence may take. Finished sentences are kept.',
  },
  cosyvoice_sentence_failed: {
    status: 500,
    class: 'permanent',
    message: 'CosyVoice cannot speak a sentence of the script',
    hint: 'Look at its own log; the message names the sentence and what came back. A retry goes on from there.',
  },
  cosyvoice_prompt_broken: {
    status: 500,
    class: 'permanent',
    message: 'This CosyVoice server cuts every answer to a request with a reference recording before the first sound',
    hint: 'So does the server.py of December 2025 and later: run an older one or correct it (docs/cosyvoice.md). With a v3 model, also set COSYVOICE_DIALECT=v3.',
  },
  cosyvoice_refused: {
    status: 422,
    class: 'permanent',
    message: 'CosyVoice refused the request',
    hint: 'The message says why; COSYVOICE_DIALECT names the kind of server if it was taken for another.',
  },
  cosyvoice_unsupported: {
    status: 422,
    class: 'permanent',
    message: 'This CosyVoice server cannot speak in this voice and mode',
    hint: 'The message says what is missing; docs/cosyvoice.md has the table of what each model can.',
  },
  speech_failed: {
    status: 500,
    class: 'transient',
    message: 'The spoken sentences could not be made into one file',
    hint: 'Look at the free space under ASSET_PATH and into `worker.log`.',
  },
  execution_timeout: {
    status: 504,
    class: 'permanent',
    message: 'The task ran longer than it may',
    hint: 'Make the task smaller or raise its limit (RUN_SECONDS_REMOTION).',
  },
  worker_died: {
    status: 500,
    class: 'permanent',
    message: 'Given up: the worker died 3 times while it ran this task',
    hint: 'Check `worker.log` around those times; out of memory is the usual cause.',
  },
  cancelled: {
    status: 409,
    class: 'permanent',
    message: 'The task was cancelled',
    hint: 'Submit it again if it is still wanted.',
  },
  terminated: {
    status: 409,
    class: 'permanent',
    message: 'The task was terminated by an operator',
    hint: 'Submit it again if it is still wanted.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** What a failed task's `result.error` holds, and what API errors carry beside it. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  hint: string;
  /** Whether the same request may succeed later without being changed. */
  retryable: boolean;
}

/** One bad field of a request: its path from the body's root, and what is wrong with it. */
export interface FieldError {
  path: string;
  message: string;
}

/** The only error class of the middleware: a code of the catalogue with the particulars of one case. */
export class AppError extends Error {
  override name = 'AppError';
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];
  /** More members for the API's answer, such as `task_id`. */
  readonly extra: Readonly<Record<string, unknown>>;

  /** `detail` continues the catalogue's message after a colon. */
  constructor(
    code: ErrorCode,
    detail?: string,
    options: { cause?: unknown; fields?: readonly FieldError[]; extra?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(detail === undefined ? ERRORS[code].message : `${ERRORS[code].message}: ${detail}`, { cause: options.cause });
    this.code = code;
    this.fields = options.fields ?? [];
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

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
