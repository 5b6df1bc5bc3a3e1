import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import { AppError, messageOf } from '../../errors.ts';
import { refusal } from '../refusal.ts';
import type { UploadedFile, UploadedForm } from '../upload.ts';

export interface UploadLimits {
  fileBytes: number;
  files: number;
  fields: number;
  fieldBytes: number;
  /** The limit of the whole form, including unused parts. */
  totalBytes: number;
}

/** Enough for half a minute of uncompressed stereo sound with its transcript. */
export const VOICE_UPLOAD_LIMITS: UploadLimits = {
  fileBytes: 32 * 1024 * 1024,
  files: 2,
  fields: 20,
  fieldBytes: 64 * 1024,
  totalBytes: 36 * 1024 * 1024,
};

/**
 * How long, and how much, is read and discarded after a refusal: some clients read the answer only after they have sent
 * everything.
 */
const LINGER_MS = 1000;
const LINGER_BYTES = 64 * 1024 * 1024;

const tooLarge = (most: number): AppError => new AppError('body_too_large', `the limit for a form is ${most} bytes`);

function parserFor(request: IncomingMessage, limits: UploadLimits): busboy.Busboy {
  const { fileBytes: fileSize, files, fields, fieldBytes: fieldSize, totalBytes } = limits;
  const type = request.headers['content-type'] ?? 'no Content-Type was sent';
  if (!/^multipart\/form-data\b/i.test(type))
    throw new AppError('unsupported_media_type', `this endpoint takes multipart/form-data, not ${type}`);
  if (Number(request.headers['content-length'] ?? 0) > totalBytes) throw tooLarge(totalBytes);
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      // Parts that are neither files nor fields also count.
      limits: { fileSize, files, fields, fieldSize, parts: files + fields },
    });
  } catch (error) {
    throw new AppError('malformed_request', messageOf(error), { cause: error });
  }
}

const nothing = (): void => undefined;

function withRejection(): { promise: Promise<never>; reject: (error: unknown) => void } {
  let reject: (error: unknown) => void = nothing;
  const promise = new Promise<never>((_resolve, rejectIt) => (reject = rejectIt));
  promise.catch(nothing);
  return { promise, reject };
}

/**
 * Continues to read for a moment, so that the refusal arrives; then closes the connection of a client that is still
 * sending.
 */
function linger(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let bytes = 0;
  const end = (): void => void request.destroy();
  const late = setTimeout(end, LINGER_MS).unref();
  request.once('end', () => clearTimeout(late)).once('close', () => clearTimeout(late));
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LINGER_BYTES) end();
  });
  request.resume();
}

/** Feeds a request to the parser. Unlike a pipe, it keeps the connection open for the answer after a failure. */
async function feed(request: IncomingMessage, parser: busboy.Busboy, most: number, failed: Promise<never>) {
  const { promise: broken, reject } = withRejection();
  let bytes = 0;
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    try {
      if (bytes > most) reject(tooLarge(most));
      else if (!parser.write(chunk)) request.pause();
    } catch (error) {
      // A failure of one form must not affect other requests.
      reject(error);
    }
  };
  const breakOff = (): void => {
    if (!request.complete) reject(new AppError('malformed_request', 'the form is incomplete'));
  };
  const end = (): void => void parser.end();
  parser.on('drain', () => request.resume());
  const closed = new Promise((resolve) => parser.once('close', resolve));
  request.on('data', onData).on('end', end).on('error', breakOff).on('close', breakOff);
  // The connection may have closed while the folder was created.
  if (request.destroyed) breakOff();
  try {
    await Promise.race([closed, broken, failed]);
  } catch (error) {
    // The parser must not wait for files that are no longer written.
    parser.destroy();
    throw error;
  } finally {
    request.off('data', onData).off('end', end);
  }
}

/**
 * Reads a form with files, streams each file to a temporary folder, passes the form to `use`, and then removes the
 * files. A bad form is refused at once, without waiting for the rest.
 * @throws {AppError} `unsupported_media_type`, `malformed_request`, `body_too_large`, `invalid_request` for a repeated
 * field, and the errors of `use`.
 */
export async function withUpload<T>(
  request: IncomingMessage,
  limits: UploadLimits,
  use: (form: UploadedForm) => Promise<T>,
): Promise<T> {
  const folder = path.join(tmpdir(), `gpu-middleware-upload-${randomUUID()}`);
  const arriving: Promise<UploadedFile>[] = [];
  const stop = new AbortController();
  try {
    const parser = parserFor(request, limits);
    const fields: Record<string, string> = Object.create(null) as Record<string, string>;
    const { promise: failed, reject } = withRejection();
    const refuse = (message: string): void => reject(new AppError('body_too_large', message.slice(0, 200)));
    parser
      .on('filesLimit', () => refuse('too many files'))
      .on('fieldsLimit', () => refuse('too many fields'))
      .on('partsLimit', () => refuse('too many parts'))
      .on('error', (error) => reject(new AppError('malformed_request', messageOf(error), { cause: error })))
      .on('field', (name: string | undefined, value, { valueTruncated, nameTruncated }) => {
        // A part without a name is ignored.
        if (name === undefined) return;
        if (valueTruncated || nameTruncated)
          refuse(`the limit for a field is ${limits.fieldBytes} bytes, and ${name} is longer`);
        // If a field comes twice, it is unknown which one is meant.
        if (Object.hasOwn(fields, name))
          reject(refusal([{ path: name.slice(0, 200), message: 'expected this field only once' }]));
        fields[name] = value;
      })
      .on('file', (field, stream, { filename }) => {
        stream.once('limit', () => refuse(`the limit for a file is ${limits.fileBytes} bytes`));
        const place = path.join(folder, String(arriving.length));
        const target = createWriteStream(place, { flags: 'wx' });
        const file = pipeline(stream, target, { signal: stop.signal }).then(() => ({
          field,
          name: filename ?? '',
          path: place,
          size: target.bytesWritten,
        }));
        file.catch(reject);
        arriving.push(file);
      });
    await mkdir(folder, { recursive: true });
    await feed(request, parser, limits.totalBytes, failed);
    return await use({ fields, files: await Promise.all(arriving) });
  } catch (error) {
    linger(request);
    throw error;
  } finally {
    stop.abort();
    await Promise.allSettled(arriving);
    await rm(folder, { recursive: true, force: true });
  }
}
