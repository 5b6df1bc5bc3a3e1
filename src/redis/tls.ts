import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';

/**
 * Node itself reads NODE_EXTRA_CA_CERTS before our `.env` is read, so that what stands there counts here. A file that cannot be read adds
 * nothing: the server is not trusted then, which is told.
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

/** Whom a connection to Redis over TLS trusts, and by which name. */
export const redisTlsOptions = (host: string): { servername?: string; ca?: string[] } => ({
  ...(isIP(host) === 0 ? { servername: host } : {}),
  ...authorities(),
});
