import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { AppError } from '../../errors.ts';
import { isLoopback } from '../exposure.ts';

const WINDOW_MS = 60_000;

/**
 * Limits the requests of each key in a minute, and of each address for requests without a valid key. Answers carry
 * `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers), refusals `Retry-After` too. Programs of
 * this machine are not limited where they need no key. Each API process counts by itself.
 * @param options.perMinute 0 for no limit
 * @param options.nameOf the name of the key of a request; undefined without a valid key
 * @param options.isExempt whether a request is not counted
 * @throws {AppError} `rate_limited`
 */
export function limitRate(options: {
  perMinute: number;
  needsKey: boolean;
  nameOf: (response: Response) => string | undefined;
  isExempt: (request: Request) => boolean;
}): RequestHandler {
  const { perMinute, needsKey, nameOf, isExempt } = options;
  if (perMinute === 0) return (_request, _response, next) => next();
  const isUncounted: typeof isExempt = (request) =>
    isExempt(request) || (!needsKey && isLoopback(request.socket.remoteAddress ?? 'unknown'));
  const count = rateLimit({
    windowMs: WINDOW_MS,
    limit: perMinute,
    identifier: 'requests',
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: ({ ip }, response) => {
      const name = nameOf(response);
      return name === undefined ? `address ${ipKeyGenerator(ip ?? 'unknown')}` : `key ${name}`;
    },
    handler: (_request, _response, next) =>
      next(new AppError('rate_limited', `${perMinute} requests a minute are allowed`)),
    // Its checks write to the console, and some of them to every client's cost.
    validate: false,
  });
  // Its own `skip` would cost each request several turns.
  return (request, response, next) => (isUncounted(request) ? next() : count(request, response, next));
}
