import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { AppError } from '../../errors.ts';

/** An API key, and the name under which its tasks are listed. */
export interface ApiKey {
  name: string;
  key: string;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function shownKey(request: Request): string | undefined {
  const bearer = /^Bearer\s+(\S.*)$/i.exec(request.get('authorization') ?? '');
  return bearer?.[1] ?? request.get('x-api-key');
}

const NAMES = new WeakMap<Response, string>();
/** The name of the key in a request. */
export const keyName = (response: Response): string | undefined => NAMES.get(response);

/**
 * Admits requests with one of the keys; without keys, all requests.
 * @throws {AppError} `unauthorized`
 */
export function requireApiKey(keys: readonly ApiKey[]): RequestHandler {
  const known = keys.map(({ name, key }) => ({ name, digest: digest(key) }));
  return (request, response, next) => {
    if (known.length === 0) return next();
    const shown = digest(shownKey(request) ?? '');
    // All keys are compared in constant time, so that the time of an answer reveals nothing.
    const [found] = known.filter((one) => timingSafeEqual(one.digest, shown));
    if (found === undefined) return next(new AppError('unauthorized'));
    NAMES.set(response, found.name);
    return next();
  };
}
