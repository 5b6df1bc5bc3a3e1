import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { AppError } from '../../errors.ts';

export interface WebPageRules {
  /** Origins of pages that may use the API, such as `https://studio.example`; `*` for all. */
  origins: readonly string[];
  /** Names beside those of this machine under which the API may be asked. */
  hosts: readonly string[];
  /** Whether a request has to show a key: a page that has none can then do nothing under whatever name. */
  needsKey: boolean;
}

/** `[::1]:8000` → `::1`, `Box.local:8000` → `box.local` */
const nameOf = (host: string): string =>
  host
    .replace(/:\d{0,5}$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
    .replace(/\.$/, '');

/**
 * Whether a request may have come here under this name. A page of a domain whose address was changed to one of ours (DNS rebinding) still
 * sends the domain's name; an address as the name cannot be rebound.
 */
function isKnownHost(host: string, hosts: readonly string[]): boolean {
  const name = nameOf(host);
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    isIP(name) !== 0 ||
    hosts.some((one) => one === '*' || nameOf(one) === name)
  );
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  const [, place] = /^https?:\/\/([^/]+)$/i.exec(origin) ?? [];
  return place !== undefined && place.toLowerCase() === host?.toLowerCase();
}

const allows = (origin: string, origins: readonly string[]): boolean =>
  origins.some((one) => one === '*' || one.toLowerCase() === origin.toLowerCase());

/** Whether the browser asks in a page's name before it sends what it was told to send. */
export const isPreflight = (request: Request): boolean =>
  request.method === 'OPTIONS' && request.get('access-control-request-method') !== undefined;

/**
 * Keeps web pages off an API that somebody runs for himself: those of other origins, and those that come under a foreign name. Programs
 * send no `Origin` and are let through. Pages that are allowed get the CORS headers, also with errors.
 * @throws {AppError} `origin_refused`, `host_refused`
 */
export function guardWebPages({ origins, hosts, needsKey }: WebPageRules): RequestHandler {
  return (request, response, next) => {
    const [host, origin] = [request.get('host'), request.get('origin')];
    if (!needsKey && host !== undefined && host !== '' && !isKnownHost(host, hosts))
      return next(new AppError('host_refused', nameOf(host).slice(0, 100)));
    response.vary('Origin');
    if (origin === undefined) return next();
    if (allows(origin, origins)) {
      response.set({
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Expose-Headers': 'Retry-After, Allow, Idempotency-Replayed',
        ...(isPreflight(request)
          ? {
              'Access-Control-Allow-Headers': 'Authorization, X-API-Key, Content-Type, Idempotency-Key',
              'Access-Control-Max-Age': '600',
            }
          : {}),
        ...(request.get('access-control-request-private-network') === 'true'
          ? { 'Access-Control-Allow-Private-Network': 'true' }
          : {}),
      });
      return next();
    }
    return next(isSameOrigin(origin, host) ? undefined : new AppError('origin_refused', origin.slice(0, 100)));
  };
}
