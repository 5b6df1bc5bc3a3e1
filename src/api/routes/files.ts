import { z } from 'zod';
import {
  deletedFileSchema,
  filePageSchema,
  filesFormSchema,
  MOST_FILES_LISTED,
  sentFilesSchema,
} from '../../contracts/files.ts';
import { storedFileSchema } from '../../contracts/stored-file-schema.ts';
import {
  createDeleteFile,
  createFetchFile,
  createListFiles,
  createPostFiles,
  createPutFile,
  type FilesDeps,
} from '../handlers/files.ts';
import type { ErrorCode } from '../../errors.ts';
import { json, type Route } from '../route.ts';

const FILE = {
  path: 'inputs/fox.png',
  url: '/assets/inputs/fox.png',
  kind: 'image',
  content_type: 'image/png',
  size_bytes: 148_213,
  sha256: 'b19b5a818c1c52033c23a1929f6f47f7d0998174ea2a12faa386c4e86b432246',
};
const { sha256: _hash, ...LISTED } = FILE;

const params = z.object({
  path: z.string().meta({
    description: 'The path of a file, relative to ASSET_PATH. It may have folders: `inputs/fox.png`.',
    examples: ['inputs/fox.png'],
  }),
});
const overwrite = z
  .enum(['true', 'false'])
  .optional()
  .meta({ description: 'Whether an existing file is replaced; false by default.', examples: ['true'] });

const ifMatch = z
  .string()
  .optional()
  .meta({
    description:
      'An `ETag`: the file is changed only if it still has it, otherwise the answer is 412. `*`: only if there is a file.',
    examples: ['"1bc7-18a5f3c9e2b4d0c1"'],
  });
const ETAG = { ETag: 'Changes with the content.' };

/** The refusals of a request to replace or delete a file. */
export const NOT_YOURS: readonly ErrorCode[] = ['file_not_yours', 'sender_unknown'];

const BYTES = 'application/octet-stream';

/** The files under ASSET_PATH. */
export function createFileRoutes(deps: FilesDeps): Route[] {
  return [
    {
      method: 'get',
      path: '/assets',
      id: 'listFiles',
      tag: 'Files',
      summary: 'List the files that tasks can use and have made',
      description:
        'In the order of their paths. `work/`, hidden files and unfinished files are not listed. A page may have fewer files than `limit` and still not be the last one.',
      access: 'read',
      query: z.object({
        prefix: z
          .string()
          .optional()
          .meta({ description: 'Only files whose paths begin with this.', examples: ['inputs/'] }),
        cursor: z
          .string()
          .optional()
          .meta({ description: '`next_cursor` of the page before.', examples: ['aW5wdXRzL2ZveC5wbmc'] }),
        limit: z
          .int()
          .min(1)
          .max(MOST_FILES_LISTED)
          .optional()
          .meta({ description: 'The most files of a page; 100 by default.', examples: [100] }),
      }),
      answers: {
        200: json('A page of files.', filePageSchema, {
          files: [{ ...LISTED, modified_at: '2026-01-04T09:32:56.000Z' }],
          next_cursor: null,
        }),
      },
      errors: ['invalid_request', 'asset_folder_unavailable'],
      handler: createListFiles(deps),
    },
    {
      method: 'post',
      path: '/assets',
      id: 'sendFiles',
      tag: 'Files',
      summary: 'Send files in a form',
      description:
        'The names of the files are made safe. A name that is taken by another content gets a number, so the answer says where each file is. Either all files are stored or none; with `overwrite=true`, those before a failure stay.',
      access: 'submit',
      takes: 'stream',
      query: z.object({
        prefix: z
          .string()
          .optional()
          .meta({ description: 'The folder for the files; `uploads/` by default.', examples: ['inputs/'] }),
        overwrite,
      }),
      body: {
        schema: filesFormSchema,
        type: 'multipart/form-data',
        examples: { 'A picture': { file: '(the bytes of fox.png)', prefix: 'inputs/' } },
      },
      answers: {
        201: json('The files are stored.', sentFilesSchema, { files: [{ ...FILE, sent_as: 'fox.png' }] }),
      },
      errors: [
        'invalid_request',
        'file_exists',
        ...NOT_YOURS,
        'upload_limit_reached',
        'file_too_large',
        'insufficient_storage',
        'asset_folder_unavailable',
      ],
      handler: createPostFiles(deps),
    },
    {
      method: 'get',
      path: '/assets/*path',
      id: 'fetchFile',
      tag: 'Files',
      summary: 'Fetch a file',
      description:
        'Takes `Range`, `If-None-Match`, `If-Modified-Since`, `If-Match` and `If-Range`. The bytes of the file decide its type. A page of HTML is offered as a download, and scripts in an SVG do not run.',
      access: 'read',
      params,
      query: z.object({
        download: z
          .string()
          .optional()
          .meta({
            description: 'The name under which a browser stores the file; without a value, its own name.',
            examples: ['fox.png'],
          }),
      }),
      headers: z.object({
        range: z
          .string()
          .optional()
          .meta({ description: 'A part of the file.', examples: ['bytes=0-1023'] }),
        'if-none-match': z
          .string()
          .optional()
          .meta({ description: 'An `ETag`: the file is sent only if it has changed.' }),
      }),
      answers: {
        200: {
          description: 'The file.',
          type: '*/*',
          headers: {
            ...ETAG,
            'Last-Modified': 'When the content was last written.',
            'Accept-Ranges': '`bytes`',
          },
        },
        206: {
          description: 'The part of the file that `Range` names.',
          type: '*/*',
          headers: { 'Content-Range': 'Which bytes these are, and how many there are.' },
        },
        304: { description: 'The file has not changed.' },
      },
      errors: ['file_not_found', 'precondition_failed', 'range_not_satisfiable', 'asset_folder_unavailable'],
      handler: createFetchFile(deps),
    },
    {
      method: 'put',
      path: '/assets/*path',
      id: 'putFile',
      tag: 'Files',
      summary: 'Send a file to a path of your choice',
      description:
        'The body is the bytes of the file. Readers find the former file or the new one, never a part. A broken upload leaves nothing. The same file may be sent again; another content for an existing name needs `overwrite` or `If-Match`. The limit is MAX_UPLOAD_MB, which the operator sets.',
      access: 'submit',
      params,
      query: z.object({ overwrite }),
      headers: z.object({
        'if-none-match': z
          .string()
          .optional()
          .meta({ description: '`*`: an existing file is not replaced, and the answer is 412.', examples: ['*'] }),
        'if-match': ifMatch,
      }),
      takes: 'stream',
      body: { schema: z.file(), type: BYTES, examples: { 'A picture': '(the bytes of fox.png)' } },
      answers: {
        200: {
          ...json('An existing file is replaced, or has the same content.', storedFileSchema, FILE),
          headers: ETAG,
        },
        201: { ...json('The file is stored.', storedFileSchema, FILE), headers: ETAG },
      },
      errors: [
        'invalid_request',
        'file_exists',
        ...NOT_YOURS,
        'upload_limit_reached',
        'precondition_failed',
        'file_too_large',
        'insufficient_storage',
        'asset_folder_unavailable',
      ],
      handler: createPutFile(deps),
    },
    {
      method: 'delete',
      path: '/assets/*path',
      id: 'deleteFile',
      tag: 'Files',
      summary: 'Delete a file',
      description:
        'Also the result of a task, or a file that a waiting task names: such a task fails when it runs. Voices are deleted with `DELETE /voices/{id}`.',
      access: 'submit',
      params,
      headers: z.object({ 'if-match': ifMatch }),
      answers: { 200: json('The file is deleted.', deletedFileSchema, { path: 'inputs/fox.png', deleted: true }) },
      errors: ['file_not_found', 'invalid_request', ...NOT_YOURS, 'precondition_failed', 'asset_folder_unavailable'],
      handler: createDeleteFile(deps),
    },
  ];
}
