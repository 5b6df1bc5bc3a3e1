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
  precondition_failed: {
    status: 412,
    class: 'permanent',
    message: 'The file is not in the state that the request requires',
    hint: 'With If-None-Match: *, a file is stored only if none has its name. With If-Match or If-Unmodified-Since, the file has changed since the state that the header names.',
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
