import { isIP } from 'node:net';
import type { Request } from 'express';
import { AppError } from '../../errors.ts';
import type { Step } from './step.ts';

export interface WebPageRules {
  /** Origins of pages that may use the API, such as `https://studio.example`; `*` for all. */
  origins: readonly string[];
  /** Permitted host names, in addition to those of this machine. */
  hosts: readonly string[];
  /** Whether requests need a key; then a page without a key can do nothing under any host name. */
  needsKey: boolean;
}

/** The headers of answers that a permitted page may read, in addition to those of every answer. */
export const EXPOSED = [
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'X-Request-Id',
  'Allow',
  'Idempotency-Replayed',
  'Location',
  'ETag',
  'Accept-Ranges',
  'Content-Range',
  'Content-Disposition',
];

/** The headers that a permitted page may send. */
export const TAKEN = [
  'Authorization',
  'X-API-Key',
  'Content-Type',
  'Idempotency-Key',
  'X-Request-Id',
  'Traceparent',
  'Last-Event-ID',
  'Range',
  'If-None-Match',
  'If-Match',
  'If-Modified-Since',
  'If-Range',
];

/** `[::1]:8000` → `::1`, `Box.local:8000` → `box.local` */
const nameOf = (host: string): string =>
  host
    .replace(/:\d{0,5}$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
    .replace(/\.$/, '');

/**
 * Whether requests under this host name are permitted. A page whose domain was changed to an address of this machine
 * (DNS rebinding) still sends its domain's name. An IP address as the name cannot be rebound.
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

/** Whether this is a preflight request, with which a browser asks for permission on behalf of a page. */
export const isPreflight = (request: Request): boolean =>
  request.method === 'OPTIONS' && request.get('access-control-request-method') !== undefined;

/**
 * Protects a private API from web pages of other origins and from requests under foreign host names. Programs send no
 * `Origin` and are admitted. Permitted pages get CORS headers, even with errors.
 * @throws {AppError} `origin_refused`, `host_refused`
 */
export function guardWebPages({ origins, hosts, needsKey }: WebPageRules): Step {
  // Nearly all requests come under the same name as the one before.
  let known = '';
  return (request, response) => {
    const { host = '', origin } = request.headers;
    if (!needsKey && host !== known) {
      if (host !== '' && !isKnownHost(host, hosts)) throw new AppError('host_refused', nameOf(host).slice(0, 100));
      known = host;
    }
    response.setHeader('Vary', 'Origin');
    if (origin === undefined) return;
    if (allows(origin, origins)) {
      response.set({
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Expose-Headers': EXPOSED.join(', '),
        ...(isPreflight(request)
          ? {
              'Access-Control-Allow-Headers': TAKEN.join(', '),
              'Access-Control-Max-Age': '600',
            }
          : {}),
        ...(request.get('access-control-request-private-network') === 'true'
          ? { 'Access-Control-Allow-Private-Network': 'true' }
          : {}),
      });
    } else if (!isSameOrigin(origin, host)) throw new AppError('origin_refused', origin.slice(0, 100));
  };
}
