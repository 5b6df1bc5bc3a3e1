import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors about files that clients fetch, send and delete under `/assets`. */
export const FILE_ERRORS = {
  file_not_found: {
    status: 404,
    class: 'permanent',
    message: 'No file has this path',
    hint: 'GET /assets lists the files. In the URL, the path relative to ASSET_PATH follows `/assets/`.',
  },
  file_exists: {
    status: 409,
    class: 'permanent',
    message: 'A file with this name already exists',
    hint: 'Choose another name, or add ?overwrite=true to replace the file.',
  },
  file_not_yours: {
    status: 403,
    class: 'permanent',
    message: 'Only the client that sent this file may replace or delete it',
    hint: 'Choose another name. DELETE /tasks/{task_id}?files=true deletes the files that your own task made. A key with the role admin may replace and delete all files and voices.',
  },
  sender_unknown: {
    status: 503,
    class: 'unavailable',
    message: 'Redis, which knows who sent the file, does not answer',
    hint: 'Send the request again later, or choose another name for a new file. For the operator: start Redis with `docker compose up redis -d` or `npm start`.',
  },
  upload_limit_reached: {
    status: 429,
    class: 'permanent',
    message: 'The API key may not send so many bytes on one day',
    hint: 'Send a smaller file, or send it after 00:00 UTC. The operator sets the limit of a key with max_upload_mb_per_day in API_KEYS.',
  },
  precondition_failed: {
    status: 412,
    class: 'permanent',
    message: 'The file is not in the state that the request requires',
    hint: 'With If-None-Match: *, a file is stored only if none has its name. With If-Match or If-Unmodified-Since, the file has changed since the state that the header names, or is gone. GET it again for its present ETag.',
  },
  file_too_large: {
    status: 413,
    class: 'permanent',
    message: 'The file is too large',
    hint: 'Send a smaller file. The operator sets the limit with MAX_UPLOAD_MB.',
  },
  range_not_satisfiable: {
    status: 416,
    class: 'permanent',
    message: 'The file does not have the requested bytes',
    hint: 'The Content-Range header contains the size of the file.',
  },
  insufficient_storage: {
    status: 507,
    class: 'transient',
    message: 'The disk does not have enough free space for this file',
    hint: 'Delete unneeded files with DELETE /assets/{path}. For the operator: free space on the disk of ASSET_PATH.',
  },
} as const satisfies Record<string, CatalogueEntry>;
