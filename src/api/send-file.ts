import type { IncomingMessage, ServerResponse } from 'node:http';
import send from 'send';
import { AppError, type ErrorCode } from '../errors.ts';

const ERRORS_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'file_not_found',
  412: 'precondition_failed',
  416: 'range_not_satisfiable',
};
/** What belongs to the file alone; an error in its place has none of it. */
const OF_FILE = ['Accept-Ranges', 'Content-Disposition', 'Content-Security-Policy', 'ETag', 'Last-Modified'];

/** The last 500 bytes of a file of 10 are the whole file (RFC 9110, 14.1.2); `send` would find no such range. */
export function fitSuffixRange({ headers }: IncomingMessage, sizeBytes: number): void {
  const [, suffix] = /^bytes=-(\d+)$/.exec(headers.range ?? '') ?? [];
  if (sizeBytes > 0 && Number(suffix) > sizeBytes) headers.range = 'bytes=0-';
}

/**
 * Sends a file, or what the request asks of it: a range, the headers alone, or that it has not changed.
 * @param file absolute, checked
 * @returns when it is sent, or its client has gone.
 * @throws {AppError} before the first byte: `file_not_found` when it has gone, `precondition_failed`,
 * `range_not_satisfiable`
 */
export function sendFile(request: IncomingMessage, response: ServerResponse, file: string): Promise<void> {
  // A client that asks caches for no old answer still says what it has; `send` would ignore that.
  delete request.headers['cache-control'];
  return new Promise((resolve, reject) => {
    response.once('close', resolve);
    const encoded = file.split('/').map(encodeURIComponent).join('/');
    const options = { dotfiles: 'allow', index: false, cacheControl: false } as const;
    send(request, encoded, options)
      .on('error', (error: { status?: number }) => {
        if (response.headersSent) return void response.destroy();
        for (const name of OF_FILE) response.removeHeader(name);
        const code = ERRORS_BY_STATUS[error.status ?? 500] ?? 'asset_folder_unavailable';
        return reject(new AppError(code, undefined, { cause: error }));
      })
      .on('directory', () => reject(new AppError('file_not_found')))
      .pipe(response);
  });
}
