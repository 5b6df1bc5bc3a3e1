import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';

/**
 * Node reads NODE_EXTRA_CA_CERTS before our `.env` is read, so this code applies the value from `.env`. An unreadable
 * file adds nothing; then the server is not trusted, which is reported.
 */
function authorities(): { ca?: string[] } {
  const file = process.env['NODE_EXTRA_CA_CERTS']?.trim() ?? '';
  if (file === '') return {};
  try {
    return { ca: [...rootCertificates, readFileSync(file, 'utf8')] };
  } catch {
    return {};
  }
}

/** The authorities that a connection to Redis over TLS trusts, and the expected server name. */
export const redisTlsOptions = (host: string): { servername?: string; ca?: string[] } => ({
  ...(isIP(host) === 0 ? { servername: host } : {}),
  ...authorities(),
});
