import type { CatalogueEntry } from './catalogue-entry.ts';

/** Of any task, whatever its engine. */
export const TASK_ERRORS = {
  internal_error: {
    status: 500,
    class: 'transient',
    message: 'The middleware itself failed',
    hint: 'For the operator: look into `server.log` and `worker.log` for this time; please report it.',
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
    hint: 'For the operator: mount the disk that ASSET_PATH names, and let the middleware read and write there; `npm run doctor` says what it finds.',
  },
  output_exists: {
    status: 409,
    class: 'permanent',
    message: 'There is a file of this name already, and another task or person made it',
    hint: 'Choose another output_path, or send "overwrite": true in the payload to replace the file.',
  },
  disk_full: {
    status: 507,
    class: 'transient',
    message: 'The disk is full',
    hint: 'The task goes on from what it has finished. For the operator: free space where `worker.log` says.',
  },
  queue_timeout: {
    status: 504,
    class: 'permanent',
    message: 'The task waited longer than it may',
    hint: 'Retry it, or submit it with a higher priority or a longer timeouts.queue_seconds. A pause of the queue and the wait for an engine count.',
  },
  execution_timeout: {
    status: 504,
    class: 'permanent',
    message: 'The task ran longer than it may',
    hint: 'Make the task smaller, or raise its limit with timeouts.run_seconds. For the operator: the settings RUN_SECONDS_… are the limits of tasks that name none.',
  },
  worker_died: {
    status: 500,
    class: 'permanent',
    message: 'Given up: the worker died 3 times while it ran this task',
    hint: 'Make the task smaller. For the operator: check `worker.log` around those times; out of memory is the usual cause.',
  },
  cancelled: {
    status: 409,
    class: 'permanent',
    message: 'The task was cancelled',
    hint: 'POST /tasks/{task_id}/retry if it is still wanted.',
  },
  task_lost: {
    status: 410,
    class: 'permanent',
    message: 'The task is lost: Temporal does not know it any more',
    hint: 'Submit it again. For the operator: the database of Temporal was lost or is an older one, or TEMPORAL_ADDRESS or TEMPORAL_NAMESPACE names another.',
  },
  terminated: {
    status: 409,
    class: 'permanent',
    message: 'The task was terminated by an operator',
    hint: 'POST /tasks/{task_id}/retry if it is still wanted.',
  },
  history_too_large: {
    status: 413,
    class: 'permanent',
    message: 'The Temporal server ended the task, because its history grew too large',
    hint: 'Split it into smaller ones, and put big data into files under ASSET_PATH.',
  },
} as const satisfies Record<string, CatalogueEntry>;
