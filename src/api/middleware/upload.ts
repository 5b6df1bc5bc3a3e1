import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import { AppError, messageOf } from '../../errors.ts';
import { askForBody } from '../http-server.ts';
import { refusal } from '../refusal.ts';
import type { UploadedFile, UploadedForm } from '../upload.ts';

export interface FormLimits {
  fileBytes: number;
  files: number;
  fields: number;
  fieldBytes: number;
  /** The limit of the whole form, including unused parts. */
  totalBytes: number;
  /** The error of a form or a file with too many bytes; its hint names the setting. */
  tooManyBytes: 'body_too_large' | 'file_too_large';
}

/** Enough for half a minute of uncompressed stereo sound with its transcript. */
export const VOICE_UPLOAD_LIMITS: FormLimits = {
  fileBytes: 32 * 1024 * 1024,
  files: 2,
  fields: 20,
  fieldBytes: 64 * 1024,
  totalBytes: 36 * 1024 * 1024,
  tooManyBytes: 'body_too_large',
};

/** Forms with voices that are received at once. They take room in the folder for temporary files, often in memory. */
export const MOST_VOICE_FORMS = 32;
export const MOST_VOICE_FORMS_PER_CLIENT = 16;

/**
 * How long, and how much, is read and discarded after a refusal: some clients read the answer only after they have sent
 * everything.
 */
const LINGER_MS = 1000;
const LINGER_BYTES = 64 * 1024 * 1024;

const tooLarge = ({ tooManyBytes, totalBytes }: FormLimits): AppError =>
  new AppError(tooManyBytes, `the limit for a form is ${totalBytes} bytes`);

function parserFor(request: IncomingMessage, limits: FormLimits): busboy.Busboy {
  const { fileBytes: fileSize, files, fields, fieldBytes: fieldSize, totalBytes } = limits;
  const type = request.headers['content-type'] ?? 'no Content-Type was sent';
  if (!/^multipart\/form-data\b/i.test(type))
    throw new AppError('unsupported_media_type', `this endpoint takes multipart/form-data, not ${type}`);
  if (Number(request.headers['content-length'] ?? 0) > totalBytes) throw tooLarge(limits);
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
export function linger(request: IncomingMessage): void {
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

/** A client that sends nothing for so long is not waited for. */
const IDLE_MS = 60_000;

/** Feeds a request to the parser. Unlike a pipe, it keeps the connection open for the answer after a failure. */
async function feed(request: IncomingMessage, parser: busboy.Busboy, limits: FormLimits, failed: Promise<never>) {
  const { promise: broken, reject } = withRejection();
  let bytes = 0;
  const idle = setTimeout(() => reject(new AppError('request_timeout')), IDLE_MS);
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    idle.refresh();
    try {
      if (bytes > limits.totalBytes) reject(tooLarge(limits));
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
  askForBody(request);
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
    clearTimeout(idle);
    request.off('data', onData).off('end', end);
  }
}

/** A file of a form as it comes. */
export interface FormPart {
  field: string;
  /** As the client calls it; empty for a file that was not chosen. */
  name: string;
  /** Its place among the files, from 0. */
  index: number;
  stream: Readable;
  /** Aborts when the form is refused. */
  signal: AbortSignal;
}

/**
 * Reads a form. A bad form is refused at once, without waiting for the rest.
 * @param receive reads a file to its end.
 * @throws {AppError} `unsupported_media_type`, `malformed_request`, `body_too_large`, `request_timeout`,
 * `invalid_request` for a repeated field, and the errors of `receive`.
 */
export async function readForm<F>(
  request: IncomingMessage,
  limits: FormLimits,
  receive: (part: FormPart) => Promise<F>,
): Promise<{ fields: Record<string, string>; files: F[] }> {
  const arriving: Promise<F>[] = [];
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
        // Nobody may be reading it when the form ends early, and then its error would end the process.
        stream.on('error', nothing);
        stream.once('limit', () =>
          reject(new AppError(limits.tooManyBytes, `the limit for a file is ${limits.fileBytes} bytes`)),
        );
        const file = receive({ field, name: filename ?? '', index: arriving.length, stream, signal: stop.signal });
        file.catch(reject);
        arriving.push(file);
      });
    await feed(request, parser, limits, failed);
    return { fields, files: await Promise.all(arriving) };
  } catch (error) {
    linger(request);
    throw error;
  } finally {
    stop.abort();
    await Promise.allSettled(arriving);
  }
}

/**
 * Reads a form with files, each streamed to a temporary folder; gives it to `use` and removes the files afterwards.
 * @throws {AppError} as {@link readForm}, and what `use` throws.
 */
export async function withUpload<T>(
  request: IncomingMessage,
  limits: FormLimits,
  use: (form: UploadedForm) => Promise<T>,
): Promise<T> {
  const folder = path.join(tmpdir(), `gpu-middleware-upload-${randomUUID()}`);
  const write = async ({ field, name, index, stream, signal }: FormPart): Promise<UploadedFile> => {
    const place = path.join(folder, String(index));
    const target = createWriteStream(place, { flags: 'wx' });
    await pipeline(stream, target, { signal });
    return { field, name, path: place, size: target.bytesWritten };
  };
  try {
    await mkdir(folder, { recursive: true });
    return await use(await readForm(request, limits, write));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
