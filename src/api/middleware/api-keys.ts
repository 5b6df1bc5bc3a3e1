import { timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { type ApiKey, digestOf } from '../../config/api-keys.ts';
import { type Caller, NO_LIMITS } from '../caller.ts';

function shownKey(request: Request): string | undefined {
  const bearer = /^Bearer\s+(\S.*)$/i.exec(request.get('authorization') ?? '');
  return bearer?.[1] ?? request.get('x-api-key');
}

const CALLERS = new WeakMap<Response, Caller>();

/** Who sent the request, once `identifyCaller` has run. */
export const callerOf = (response: Response): Caller =>
  CALLERS.get(response) ?? { name: 'unknown', role: 'none', limits: NO_LIMITS };

/** Finds out who sends a request. Without keys, everybody has all rights. It refuses nobody; see `requireAccess`. */
export function identifyCaller(keys: readonly ApiKey[]): RequestHandler {
  return (request, response, next) => {
    const nobody: Caller = {
      name: request.ip ?? 'unknown',
      role: keys.length === 0 ? 'admin' : 'none',
      limits: NO_LIMITS,
    };
    const shown = shownKey(request);
    const digest = shown === undefined ? undefined : digestOf(shown);
    // All keys are compared in constant time, so that the time of an answer reveals nothing.
    const [found] = digest === undefined ? [] : keys.filter((one) => timingSafeEqual(one.digest, digest));
    CALLERS.set(response, found === undefined ? nobody : { name: found.name, role: found.role, limits: found.limits });
    next();
  };
}
