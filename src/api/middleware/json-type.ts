import type { Request, RequestHandler } from 'express';
import { AppError } from '../../errors.ts';

const JSON_TYPES = ['application/json', 'application/*+json', 'text/json', 'text/x-json', 'application/x-json'];
/** Other names of UTF-8 and of its subsets. */
const UTF_8 = new Set(['utf8', 'us-ascii', 'ascii', 'ansi_x3.4-1968', 'unicode-1-1-utf-8', 'utf8mb4']);
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

const AS_UTF_8 = 'application/json; charset=utf-8';

/** Whether a body that `requireJson` admitted is UTF-8; an absent body counts as UTF-8. */
export const isUtf8 = (request: Request): boolean => (request.get('content-type') ?? AS_UTF_8) === AS_UTF_8;

/**
 * Admits requests that declare JSON, and requests without a body. It replaces other names of JSON and UTF-8 with the
 * names that the parser knows.
 * @throws {AppError} `unsupported_media_type`
 */
export const requireJson: RequestHandler = (request, _response, next) => {
  const is = request.is(JSON_TYPES);
  // A request without a body has no type.
  if (is === null || request.get('content-length') === '0') return next();
  const type = request.get('content-type');
  if (type === undefined) return next(new AppError('unsupported_media_type', 'no Content-Type was sent'));
  const sent = type.slice(0, 100);
  if (is === false) return next(new AppError('unsupported_media_type', sent));
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase();
  if (charset !== undefined && !charset.startsWith('utf-') && !UTF_8.has(charset))
    return next(new AppError('unsupported_media_type', `${sent}; JSON must be encoded in UTF-8`));
  if (charset === undefined || charset === 'utf-8' || UTF_8.has(charset)) request.headers['content-type'] = AS_UTF_8;
  return next();
};
