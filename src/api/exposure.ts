import { isIPv6 } from 'node:net';
import type { Config } from '../config.ts';
import type { ApiKey } from '../config/api-keys.ts';

/** Whether only programs of this machine can connect to this address. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3}|0:0:0:0:0:0:0:1)$/i.test(host);

/**
 * Refuses to start an API without keys on an address that other machines can reach.
 * @throws Error with the remedies
 */
export function refuseExposure({ http, apiKeys }: Pick<Config, 'http' | 'apiKeys'>): void {
  if (apiKeys.length > 0 || http.allowInsecure || isLoopback(http.host)) return;
  throw new Error(
    `The API would be open to everybody who can connect to ${addressOf(http)}: set API_KEYS, or set ALLOW_INSECURE=true if nobody else can connect (without HOST it listens on 127.0.0.1 only).`,
  );
}

/** What the log says about the keys at the start, without keys and hashes. */
export function describeKeys(keys: readonly ApiKey[]): { info?: string; warning?: string } {
  if (keys.length === 0) return {};
  const info = `API keys: ${[...new Set(keys.map(({ name, role }) => `${name} (${role})`))].join(', ')}`;
  if (keys.some(({ role }) => role === 'admin')) return { info };
  const warning =
    'No API key has the role admin, so no client can pause the queue or see the tasks of others: docs/security.md, "API keys"';
  return { info, warning };
}

/** `{host: '::', port: 8000}` → `http://[::]:8000` */
export const addressOf = ({ host, port }: { host: string; port: number }): string =>
  `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
