import type { Request, RequestHandler } from 'express';
import { AppError } from '../../errors.ts';

const JSON_TYPES = ['application/json', 'application/*+json', 'text/json', 'text/x-json', 'application/x-json'];
/** Other names of UTF-8, and of a part of it. */
const UTF_8 = new Set(['utf8', 'us-ascii', 'ascii', 'ansi_x3.4-1968', 'unicode-1-1-utf-8', 'utf8mb4']);
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

const AS_UTF_8 = 'application/json; charset=utf-8';

/** Whether a body that `requireJson` let through is UTF-8; so is none at all. */
export const isUtf8 = (request: Request): boolean => (request.get('content-type') ?? AS_UTF_8) === AS_UTF_8;

/**
 * Lets through what says that it is JSON, and no body at all. What is named in another way than the parser knows gets the name that it knows.
 * @throws {AppError} `unsupported_media_type`
 */
export const requireJson: RequestHandler = (request, _response, next) => {
  const is = request.is(JSON_TYPES);
  // No body, in the one way or the other: it has no type.
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
