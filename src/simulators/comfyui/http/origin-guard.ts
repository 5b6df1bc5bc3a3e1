import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Whether a browser's page from elsewhere asks: then the real server answers 403. Without an `Origin` everybody may.
 */
export function comesFromElsewhere({ headers }: IncomingMessage): boolean {
  if (headers['sec-fetch-site'] === 'cross-site') return true;
  const { host, origin } = headers;
  if (host === undefined || origin === undefined || origin === 'null') return false;
  if (!LOOPBACK.test(host.replace(/:\d+$/, ''))) return false;
  try {
    return new URL(origin).host !== host;
  } catch {
    return true;
  }
}
