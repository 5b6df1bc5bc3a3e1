import path from 'node:path';
import { z } from 'zod';
import { parseSecret } from '../contracts/webhook-secret.ts';
import { parseRedisUrl, type RedisAddress } from '../redis/address.ts';

/** Thrown if the environment is not valid; its message names every bad variable. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** The entries of a comma-separated list. */
export const parseList = (value: string | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/**
 * `ASSET_ALIASES` is a comma-separated list of prefixes of older machines, each optionally `prefix=folder under
 * ASSET_PATH`.
 */
export function parseAliases(value: string | undefined): readonly { from: string; to: string }[] {
  return parseList(value).map((entry) => {
    const [from = '', to = ''] = entry.split('=');
    if (!path.isAbsolute(from)) throw new ConfigError(`ASSET_ALIASES: "${from}" is not an absolute path`);
    return { from: path.resolve(from), to };
  });
}

/** `ALLOWED_ORIGINS` is a comma-separated list of origins in the form that browsers send. */
export const parseOrigins = (value: string | undefined): string[] =>
  parseList(value).map((sent) => {
    const origin = sent.replace(/\/$/, '');
    if (origin !== '*' && !/^[a-z][a-z0-9+.-]*:\/\/[^/\s@?#]+$/i.test(origin))
      throw new ConfigError(
        // A password in an address must not get into the log.
        `ALLOWED_ORIGINS: ${/[@?]/.test(sent) ? 'one of them' : `"${sent}"`} is not an origin such as https://studio.example or http://localhost:3000`,
      );
    return origin;
  });

/** `WEBHOOK_SECRET` is one secret of Standard Webhooks, or two while receivers change to a new one. */
export function parseSecrets(value: string | undefined): readonly Buffer[] {
  const secrets = parseList(value).map(parseSecret);
  if (secrets.length > 2 || !secrets.every((secret) => secret !== null))
    throw new ConfigError(
      'WEBHOOK_SECRET: expected whsec_ and 24 to 64 bytes in base64, at most two of them with a comma between; `echo whsec_$(openssl rand -base64 32)` makes one',
    );
  return secrets;
}

/** A JSON object of header names and values, such as `{"Authorization": "Bearer …"}`. */
export function parseHeaders(name: string, value: string | undefined): Record<string, string> {
  if (value === undefined) return {};
  try {
    return z
      .record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/))
      .parse(JSON.parse(value));
  } catch {
    // The cause would quote the value.
    throw new ConfigError(`${name}: expected a JSON object of headers, such as {"Authorization": "Bearer …"}`);
  }
}

/** `REDIS_URL`, or else its parts. */
export function redisOf(e: {
  REDIS_URL?: string | undefined;
  REDIS_HOST: string;
  REDIS_PORT: number;
  REDIS_PASSWORD?: string | undefined;
}): RedisAddress {
  const password = e.REDIS_PASSWORD;
  if (e.REDIS_URL === undefined) return { host: e.REDIS_HOST, port: e.REDIS_PORT, password };
  try {
    const address = parseRedisUrl(e.REDIS_URL);
    return { ...address, password: address.password ?? password };
  } catch (error) {
    throw new ConfigError(`REDIS_URL: ${(error as Error).message}`);
  }
}
