import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of any task, whatever its engine. */
export const TASK_ERRORS = {
  internal_error: {
    status: 500,
    class: 'transient',
    message: 'The middleware itself failed',
    hint: 'For the operator: check `server.log` and `worker.log` around this time, and please report the error.',
  },
  asset_missing: {
    status: 422,
    class: 'permanent',
    message: 'A file that the task needs is missing',
    hint: 'Send the file with PUT /assets/{path}, or put it under ASSET_PATH, and name its path relative to ASSET_PATH.',
  },
  asset_folder_unavailable: {
    status: 503,
    class: 'transient',
    message: 'The asset folder cannot be used',
    hint: 'For the operator: mount the disk that ASSET_PATH points to and give the middleware read and write access; `npm run doctor` shows what it finds.',
  },
  output_exists: {
    status: 409,
    class: 'permanent',
    message: 'A file with this name already exists and belongs to another task or person',
    hint: 'Choose another output_path, or send "overwrite": true in the payload to replace the file.',
  },
  disk_full: {
    status: 507,
    class: 'transient',
    message: 'The disk is full',
    hint: 'The task resumes from the parts that it has finished. For the operator: free space on the disk that `worker.log` names.',
  },
  queue_timeout: {
    status: 504,
    class: 'permanent',
    message: 'The task waited in the queue longer than its limit',
    hint: 'Retry it, or submit it with a higher priority or a longer timeouts.queue_seconds. Time spent in a pause or waiting for an engine counts.',
  },
  execution_timeout: {
    status: 504,
    class: 'permanent',
    message: 'The task ran longer than its limit',
    hint: 'Make the task smaller, or raise its limit with timeouts.run_seconds. For the operator: the settings RUN_SECONDS_… set the limits of tasks that do not name one.',
  },
  worker_died: {
    status: 500,
    class: 'permanent',
    message: 'Given up: the worker died 3 times while it ran this task',
    hint: 'Make the task smaller. For the operator: check `worker.log` around those times; the usual cause is lack of memory.',
  },
  task_not_over: {
    status: 409,
    class: 'permanent',
    message: 'Only a task that has ended can be deleted',
    hint: 'POST /tasks/{task_id}/cancel cancels it; delete it when `done` is true.',
  },
  tasks_unknown: {
    status: 503,
    class: 'unavailable',
    message: 'Connection refused: Temporal does not answer, so tasks cannot be listed',
    hint: 'Ask again later; GET /task_status/{task_id} still has the status of each task. For the operator: start Temporal with `docker compose up temporal -d`.',
  },
  webhook_missing: {
    status: 409,
    class: 'permanent',
    message: 'This task has no such event for a webhook',
    hint: 'Submit tasks with webhook_url. An event can be sent again when it has happened, and if webhook_events asks for it.',
  },
  cancelled: {
    status: 409,
    class: 'permanent',
    message: 'The task was cancelled',
    hint: 'If you still want it, send POST /tasks/{task_id}/retry.',
  },
  task_lost: {
    status: 410,
    class: 'permanent',
    message: 'The task is lost: Temporal no longer knows it',
    hint: 'Submit it again. For the operator: the Temporal database was lost or replaced by an older one, or TEMPORAL_ADDRESS or TEMPORAL_NAMESPACE points elsewhere.',
  },
  terminated: {
    status: 409,
    class: 'permanent',
    message: 'The task was terminated by an operator',
    hint: 'If you still want it, send POST /tasks/{task_id}/retry.',
  },
  history_too_large: {
    status: 413,
    class: 'permanent',
    message: 'The Temporal server ended the task because its history grew too large',
    hint: 'Split it into smaller tasks, and put large data into files under ASSET_PATH.',
  },
} as const satisfies Record<string, CatalogueEntry>;
