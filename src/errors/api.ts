import type { CatalogueEntry } from './catalogue-entry.ts';

/** What the API answers before a task exists. */
export const API_ERRORS = {
  malformed_json: {
    status: 400,
    class: 'permanent',
    message: 'The request body is not valid JSON',
    hint: 'Send one JSON object; the message says where parsing stopped.',
  },
  nested_too_deeply: {
    status: 400,
    class: 'permanent',
    message: 'The request body is nested too deeply',
    hint: 'Lists and objects may lie in each other up to 100 levels deep.',
  },
  malformed_request: {
    status: 400,
    class: 'permanent',
    message: 'The request cannot be read',
    hint: 'The message says which part; often it is an address with a broken % escape.',
  },
  request_timeout: {
    status: 408,
    class: 'transient',
    message: 'The request did not arrive in time',
    hint: 'Send the whole request at once; the connection may be too slow.',
  },
  headers_too_large: {
    status: 431,
    class: 'permanent',
    message: 'The address and the headers of the request are too long',
    hint: 'Together they may have 16 KiB; what is longer belongs into the body of the request.',
  },
  not_found: {
    status: 404,
    class: 'permanent',
    message: 'There is no such page',
    hint: 'The pages are /submit_task, /submit_pipeline, /pipelines/examples, /task_status/{task_id}, /status/{task_id}, /tasks/{task_id}, its /cancel and /retry, /queue, /templates, /voices and /health.',
  },
  task_not_found: {
    status: 404,
    class: 'permanent',
    message: 'No task has this id',
    hint: 'Use the task_id that POST /submit_task answered. Finished tasks are forgotten when their retention ends.',
  },
  task_over: {
    status: 409,
    class: 'permanent',
    message: 'The task is over',
    hint: 'GET /task_status/{task_id} says how it ended; POST /tasks/{task_id}/retry runs one that failed again.',
  },
  task_not_failed: {
    status: 409,
    class: 'permanent',
    message: 'Only a task that failed can be retried',
    hint: 'GET /task_status/{task_id} says how it is. Cancel it first if it still waits or runs; submit a new one if it completed.',
  },
  unauthorized: {
    status: 401,
    class: 'permanent',
    message: 'The request carries no API key, or one that is not valid',
    hint: 'Send `Authorization: Bearer <key>` or `X-API-Key: <key>` with one of the keys in API_KEYS.',
  },
  origin_refused: {
    status: 403,
    class: 'permanent',
    message: 'Web pages of this origin may not use the API',
    hint: 'The operator can list the origin in ALLOWED_ORIGINS. Programs send no Origin header.',
  },
  host_refused: {
    status: 403,
    class: 'permanent',
    message: 'The API does not answer under this name while it asks for no key',
    hint: 'Use localhost or the address in numbers; the operator can list the name in ALLOWED_HOSTS, or set API_KEYS.',
  },
  too_many_queued: {
    status: 429,
    class: 'unavailable',
    message: 'This client has as many tasks in the queue as it may',
    hint: 'Submit again when some of them have begun. MAX_QUEUED_PER_CLIENT sets how many may wait.',
  },
  queue_full: {
    status: 429,
    class: 'unavailable',
    message: 'As many tasks wait as the middleware takes',
    hint: 'Submit again when some of them have begun. The operator sets with MAX_QUEUED how many may wait.',
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
    message: 'The request body is of a kind that this page does not take',
    hint: 'Send JSON with the header Content-Type: application/json; POST /voices takes multipart/form-data.',
  },
  invalid_request: {
    status: 422,
    class: 'permanent',
    message: 'The request is not valid',
    hint: '`errors` lists every bad field by its path, and what was expected.',
  },
  too_complex: {
    status: 422,
    class: 'permanent',
    message: 'The request takes too much work to check',
    hint: 'Simplify it: send several smaller requests, shorter lists under for_each and $for, and large texts as files.',
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
  operation_unavailable: {
    status: 503,
    class: 'unavailable',
    message: 'Connection refused: the Temporal server does not answer, so that nothing can be changed now',
    hint: 'Start Temporal: `docker compose up temporal -d`, or `npm start`; then ask again, which does no harm.',
  },
  redis_unavailable: {
    status: 503,
    class: 'unavailable',
    message: 'Connection refused: Redis does not answer',
    hint: 'Start Redis: `docker compose up redis -d`',
  },
  acceptance_unknown: {
    status: 503,
    class: 'permanent',
    message: 'The Temporal server did not say whether it accepted the task',
    hint: 'Poll GET /task_status/{task_id} with the task_id in this answer before you submit again: sent again at once, it may run twice.',
  },
  status_unavailable: {
    status: 503,
    class: 'unavailable',
    message:
      'Connection refused: Temporal does not answer and Redis does not have the status, so it cannot be read now',
    hint: 'Start Temporal: `docker compose up temporal -d`; GET /health says whether Redis is away, too. The task itself is kept.',
  },
} as const satisfies Record<string, CatalogueEntry>;
