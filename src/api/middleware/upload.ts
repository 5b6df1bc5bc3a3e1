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
import type { UploadedFile, UploadedForm } from '../upload.ts';

export interface UploadLimits {
  fileBytes: number;
  files: number;
  fields: number;
  fieldBytes: number;
}

/** Enough for half a minute of uncompressed stereo sound with its transcript. */
export const VOICE_UPLOAD_LIMITS: UploadLimits = {
  fileBytes: 32 * 1024 * 1024,
  files: 2,
  fields: 20,
  fieldBytes: 64 * 1024,
};

function parserFor(request: IncomingMessage, limits: UploadLimits): busboy.Busboy {
  const { fileBytes: fileSize, files, fields, fieldBytes: fieldSize } = limits;
  const type = request.headers['content-type'] ?? 'no Content-Type was sent';
  if (!/^multipart\/form-data\b/i.test(type))
    throw new AppError('unsupported_media_type', `this page takes multipart/form-data, not ${type}`);
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: { fileSize, files, fields, fieldSize },
    });
  } catch (error) {
    throw new AppError('malformed_request', messageOf(error), { cause: error });
  }
}

async function keep(stream: Readable & { truncated?: boolean }, file: string, limits: UploadLimits): Promise<number> {
  const target = createWriteStream(file, { flags: 'wx' });
  await pipeline(stream, target);
  if (stream.truncated === true)
    throw new AppError('body_too_large', `a file may have ${limits.fileBytes} bytes at most`);
  return target.bytesWritten;
}

/**
 * Reads a form with files, each streamed to a temporary folder; gives it to `use` and removes the files afterwards.
 * @throws {AppError} `unsupported_media_type`, `malformed_request`, `body_too_large`, and what `use` throws.
 */
export async function withUpload<T>(
  request: IncomingMessage,
  limits: UploadLimits,
  use: (form: UploadedForm) => Promise<T>,
): Promise<T> {
  const parser = parserFor(request, limits);
  const folder = path.join(tmpdir(), `gpu-middleware-upload-${randomUUID()}`);
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  const arriving: Promise<UploadedFile>[] = [];
  const tooMany = (what: string) => () => parser.destroy(new AppError('body_too_large', `too many ${what}`));
  parser.on('filesLimit', tooMany('files')).on('fieldsLimit', tooMany('fields'));
  parser.on('field', (name, value, { valueTruncated }) => {
    if (valueTruncated) parser.destroy(new AppError('body_too_large', `the field ${name}`));
    fields[name] = value;
  });
  parser.on('file', (field, stream, { filename }) => {
    const place = path.join(folder, String(arriving.length));
    const file = keep(stream, place, limits).then((size) => ({ field, name: filename ?? '', path: place, size }));
    // It is awaited below; until then it must not count as unhandled.
    file.catch(() => undefined);
    arriving.push(file);
  });
  await mkdir(folder, { recursive: true });
  try {
    await pipeline(request, parser).catch((error: unknown) => {
      throw error instanceof AppError ? error : new AppError('malformed_request', messageOf(error), { cause: error });
    });
    return await use({ fields, files: await Promise.all(arriving) });
  } finally {
    await Promise.allSettled(arriving);
    await rm(folder, { recursive: true, force: true });
  }
}
