import { timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';
import { type ApiKey, digestOf } from '../../config/api-keys.ts';
import { type Caller, NO_LIMITS } from '../caller.ts';
import type { Step } from './step.ts';

function shownKey(request: Request): string | undefined {
  const bearer = /^Bearer\s+(\S.*)$/i.exec(request.get('authorization') ?? '');
  return bearer?.[1] ?? request.get('x-api-key');
}

const UNKNOWN: Caller = { name: 'unknown', role: 'none', limits: NO_LIMITS };

/** Who sent the request, once `identifyCaller` has run. */
export const callerOf = ({ locals }: Response): Caller => (locals as { caller?: Caller }).caller ?? UNKNOWN;

/** Finds out who sends a request. Without keys, everybody has all rights. It refuses nobody; see `requireAccess`. */
export function identifyCaller(keys: readonly ApiKey[]): Step {
  const withKey = (request: Request): ApiKey | undefined => {
    const shown = shownKey(request);
    if (shown === undefined) return undefined;
    const digest = digestOf(shown);
    // All keys are compared in constant time, so that the time of an answer reveals nothing.
    return keys.filter((one) => timingSafeEqual(one.digest, digest))[0];
  };
  const role = keys.length === 0 ? 'admin' : 'none';
  return (request, response) => {
    const found = keys.length === 0 ? undefined : withKey(request);
    const caller: Caller =
      found === undefined
        ? { name: request.socket.remoteAddress ?? 'unknown', role, limits: NO_LIMITS }
        : { name: found.name, role: found.role, limits: found.limits };
    response.locals['caller'] = caller;
  };
}
