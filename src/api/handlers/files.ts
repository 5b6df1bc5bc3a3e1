import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { create as contentDisposition } from 'content-disposition';
import { MOST_FILES_LISTED } from '../../contracts/files.ts';
import { misspeltFields } from '../../contracts/misplaced-fields.ts';
import type { StoredFile } from '../../contracts/stored-file.ts';
import { AppError } from '../../errors.ts';
import type { FileLibrary } from '../../files/file-library.ts';
import type { FoundFile } from '../../files/find-file.ts';
import type { SentFiles } from '../../files/sent-files.ts';
import { safeName } from '../../files/safe-name.ts';
import { allowSlowBody } from '../http-server.ts';
import { ifMatch } from '../file-conditions.ts';
import { incomingFile } from '../incoming-file.ts';
import { asSent, metered, requireOwn } from '../own-files.ts';
import { linger, readForm, type FormLimits } from '../middleware/upload.ts';
import type { Caller } from '../caller.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, ApiResponse, WrittenResponse } from '../route.ts';
import { fitSuffixRange, sendFile } from '../send-file.ts';

export interface FilesDeps {
  files: FileLibrary;
  sent: SentFiles;
}

/** Notes who sent a file; without keys, nobody has files. If this fails, only an admin can replace the file. */
async function noteSender({ files, sent }: FilesDeps, { key }: ApiRequest, file: StoredFile): Promise<void> {
  if (key === undefined) return;
  try {
    await sent.note(asSent(await files.find(file.path)), key);
  } catch {
    // Redis is away, or the file is gone.
  }
}

/** Refuses to replace a file of another client. @param file its path below `/assets/`; it may not exist */
async function requireReplaceable({ files, sent }: FilesDeps, caller: Caller, file: string): Promise<void> {
  if (caller.role === 'admin') return;
  const found = await files.find(file).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'file_not_found') return null;
    throw error;
  });
  if (found !== null) await requireOwn(sent, caller, asSent(found));
}

/** What a browser may do with a file of a client: it shares the origin of the API. */
const ACTIVE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

function headersOf(found: FoundFile, download: unknown): Record<string, string> {
  const name = typeof download === 'string' ? safeName(download || path.basename(found.path)) : undefined;
  // An SVG is shown as a picture; a page is kept from being opened.
  const isAttached = name !== undefined || (found.isActive && found.kind !== 'image');
  return {
    'Content-Type': found.contentType,
    'Cache-Control': 'private, no-cache',
    ETag: found.etag,
    'X-Content-Type-Options': 'nosniff',
    // Pages of other sites can neither show it nor measure it; those of ALLOWED_ORIGINS fetch it with CORS.
    'Cross-Origin-Resource-Policy': 'same-site',
    ...(found.isActive ? { 'Content-Security-Policy': ACTIVE_POLICY } : {}),
    ...(isAttached ? { 'Content-Disposition': contentDisposition(name ?? safeName(path.basename(found.path))) } : {}),
  };
}

/** `GET /assets/{path}` and `HEAD` */
export function createFetchFile({ files }: FilesDeps) {
  return async ({ params, query }: ApiRequest): Promise<WrittenResponse> => {
    const found = await files.find(params['path'] ?? '');
    return {
      status: 200,
      headers: headersOf(found, query['download']),
      write(request, response) {
        fitSuffixRange(request, found.sizeBytes);
        return sendFile(request, response, found.file);
      },
    };
  };
}

const DEFAULT_LIMIT = 100;
/** More than a path has, in base 64. */
const LONGEST_CURSOR = 20_000;

function limitOf(sent: unknown): number {
  if (sent === undefined || sent === '') return DEFAULT_LIMIT;
  const limit = typeof sent === 'string' && /^\d{1,6}$/.test(sent) ? Number(sent) : 0;
  if (limit < 1 || limit > MOST_FILES_LISTED)
    throw refusal([{ path: 'limit', message: `expected a whole number from 1 to ${MOST_FILES_LISTED}` }]);
  return limit;
}

const textOf = (name: string, sent: unknown): string => {
  if (sent === undefined) return '';
  if (typeof sent === 'string') return sent;
  throw refusal([{ path: name, message: 'expected this parameter only once' }]);
};

function cursorOf(sent: string): string {
  if (sent.length > LONGEST_CURSOR || !/^[\w-]*$/.test(sent))
    throw refusal([{ path: 'cursor', message: 'expected next_cursor of an earlier answer' }]);
  return Buffer.from(sent, 'base64url').toString();
}

/** `GET /assets?prefix=&cursor=&limit=` */
export function createListFiles({ files }: FilesDeps) {
  return async ({ query }: ApiRequest): Promise<ApiResponse> => {
    const limit = limitOf(query['limit']);
    const after = cursorOf(textOf('cursor', query['cursor']));
    const prefix = textOf('prefix', query['prefix']).replace(/^\/(?:assets\/)?/, '');
    const page = await files.list({ prefix, after, limit });
    const next = page.next === null ? null : Buffer.from(page.next).toString('base64url');
    return { status: 200, body: { files: page.files, next_cursor: next } };
  };
}

function flagOf(name: string, sent: unknown): boolean {
  const text = textOf(name, sent).trim().toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(text)) return true;
  if (['', 'false', '0', 'no', 'off'].includes(text)) return false;
  throw refusal([{ path: name, message: 'expected true or false' }]);
}

/** @throws {AppError} `unsupported_media_type` for a body that is not the bytes of the file. */
function refuseWrapped({ headers }: ApiRequest): void {
  const type = headers['content-type'] ?? '';
  if (/^\s*multipart\//i.test(type))
    throw new AppError('unsupported_media_type', 'PUT takes the bytes of one file; POST /assets takes a form');
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity')
    throw new AppError('unsupported_media_type', `Content-Encoding: ${encoding.slice(0, 40)}; send the file as it is`);
}

async function* checkedAtEnd(body: AsyncIterable<Buffer>, check: () => Promise<void>): AsyncGenerator<Buffer> {
  yield* body;
  await check();
}

/** `PUT /assets/{path}`: the body is the bytes of the file. */
export function createPutFile(deps: FilesDeps) {
  const { files, sent } = deps;
  return async (asked: ApiRequest): Promise<ApiResponse> => {
    const { caller } = asked;
    const target = asked.params['path'] ?? '';
    const request = asked.body as IncomingMessage;
    allowSlowBody(request);
    const mustBeNew = asked.headers['if-none-match']?.trim() === '*';
    const condition = ifMatch(asked.headers['if-match']);
    try {
      refuseWrapped(asked);
      if (mustBeNew && condition !== undefined)
        throw refusal([{ path: 'If-Match', message: 'expected either If-Match or If-None-Match' }]);
      const overwrites = flagOf('overwrite', asked.query['overwrite']) || condition !== undefined;
      const isReplacing = overwrites && !mustBeNew;
      const checkOwner = () => (isReplacing ? requireReplaceable(deps, caller, target) : Promise.resolve());
      await checkOwner();
      // Another client may have sent a file of this name while the bytes came.
      const incoming = incomingFile(request);
      const whole = { ...incoming, body: checkedAtEnd(incoming.body, checkOwner) };
      const onTaken = isReplacing ? 'replace' : mustBeNew ? 'refuse' : 'same';
      const { file, isNew, etag } = await metered(sent, caller, (meter) =>
        files.put(target, onTaken, meter(whole), condition),
      );
      if (isNew || isReplacing) await noteSender(deps, asked, file);
      return { status: isNew ? 201 : 200, headers: { Location: file.url, ETag: etag }, body: file };
    } catch (error) {
      linger(request);
      if (mustBeNew && error instanceof AppError && error.code === 'file_exists')
        throw new AppError('precondition_failed', error.message, { cause: error });
      throw error;
    }
  };
}

const FORM_FIELDS = ['file', 'prefix', 'overwrite'];
const DEFAULT_PREFIX = 'uploads/';

/** Limits of a form with files. */
export const FORM_LIMITS = { files: 100, fields: 20, fieldBytes: 64 * 1024, tooManyBytes: 'file_too_large' } as const;

function limitsOf(mostBytes: number): FormLimits {
  // The boundaries and names of a form are small beside its files.
  return { ...FORM_LIMITS, fileBytes: mostBytes, totalBytes: mostBytes + 1024 * 1024 };
}

/** `a/b` → `a/b/` */
const folderOf = (sent: string): string => {
  const folder = sent.trim().replace(/^\/(?:assets\/)?/, '');
  return folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
};

/** `POST /assets`: a form with one or more files, and as wanted `prefix` and `overwrite`. */
export function createPostFiles(deps: FilesDeps) {
  const { files, sent } = deps;
  return async (asked: ApiRequest): Promise<ApiResponse> => {
    const { body, query, caller } = asked;
    const request = body as IncomingMessage;
    allowSlowBody(request);
    return files
      .receiving(async (receive) => {
        const form = await metered(sent, caller, (meter) =>
          readForm(request, limitsOf(files.mostBytes), async ({ name, stream, index, signal }) => ({
            name,
            facts: await receive(meter({ body: stream, declaredBytes: undefined, signal }), index),
          })),
        );
        // Browsers send a part without name and bytes for a file that was not chosen.
        const chosen = form.files.filter(({ name, facts }) => name !== '' || facts.sizeBytes > 0);
        const empty = chosen.filter(({ facts }) => facts.sizeBytes === 0).map(({ name }) => name.slice(0, 100));
        if (chosen.length === 0) throw refusal([{ path: 'file', message: 'expected at least one file' }]);
        if (empty.length > 0) throw refusal([{ path: 'file', message: `these files are empty: ${empty.join(', ')}` }]);
        const isReplacing = flagOf('overwrite', form.fields['overwrite'] ?? query['overwrite']);
        const prefix = folderOf(form.fields['prefix'] ?? textOf('prefix', query['prefix'])) || DEFAULT_PREFIX;
        if (isReplacing) for (const { name } of chosen) await requireReplaceable(deps, caller, prefix + safeName(name));
        const stored = await files.putAll(chosen, prefix, isReplacing ? 'replace' : 'number');
        for (const { file, isNew } of stored) if (isNew || isReplacing) await noteSender(deps, asked, file);
        const warnings = misspeltFields(form.fields, FORM_FIELDS);
        const told = stored.map(({ file }, index) => ({ ...file, sent_as: chosen[index]?.name ?? '' }));
        return { status: 201, body: { files: told, ...(warnings.length > 0 ? { warnings } : {}) } };
      })
      .catch((error: unknown) => {
        linger(request);
        throw error;
      });
  };
}

/** `DELETE /assets/{path}` */
export function createDeleteFile({ files, sent }: FilesDeps) {
  return async ({ params, caller, headers }: ApiRequest): Promise<ApiResponse> => {
    await requireOwn(sent, caller, asSent(await files.find(params['path'] ?? '')));
    const deleted = await files.remove(params['path'] ?? '', ifMatch(headers['if-match']));
    return { status: 200, body: { path: deleted, deleted: true } };
  };
}
