import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors about files that clients fetch, send and delete under `/assets`. */
export const FILE_ERRORS = {
  file_not_found: {
    status: 404,
    class: 'permanent',
    message: 'There is no such file',
    hint: 'GET /assets lists the files. The path begins below ASSET_PATH, and `/assets/` stands before it in the URL.',
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
    hint: 'If-None-Match: * stores a file only if none has its name. If-Match and If-Unmodified-Since name a state that has passed.',
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
    message: 'The file has no such bytes',
    hint: 'The Content-Range header has the size of the file.',
  },
  insufficient_storage: {
    status: 507,
    class: 'transient',
    message: 'The disk has no room for this file',
    hint: 'Delete files that nobody needs with DELETE /assets/{path}. For the operator: free space on the disk of ASSET_PATH.',
  },
} as const satisfies Record<string, CatalogueEntry>;
