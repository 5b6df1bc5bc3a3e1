/** The connection data of a Redis. */
export interface RedisAddress {
  host: string;
  port: number;
  /** The user; undefined: the default user. */
  username?: string | undefined;
  password?: string | undefined;
  /** The number of the database; undefined: 0. */
  db?: number | undefined;
  /** Over TLS, with a certificate that Node trusts. */
  tls?: boolean | undefined;
}

/** Decodes a percent-encoded part of an address; a part that is not encoded stays unchanged. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part) || undefined;
  } catch {
    return part;
  }
}

/**
 * `redis://user:password@host:6379/0`, `rediss://` for TLS. @throws Error whose message does not contain the address,
 * which may contain a password.
 */
export function parseRedisUrl(address: string): RedisAddress {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const db = /^\/?(\d{0,5})$/.exec(url?.pathname ?? '')?.[1];
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '' || db === undefined)
    throw new Error('expected redis://user:password@host:port/database, or rediss://… for TLS');
  if (url.search !== '' || url.hash !== '')
    throw new Error('options after ? or # are not supported; percent-encode ? and # in a password as %3F and %23');
  return {
    // An IPv6 address has brackets only in a URL.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 6379 : Number(url.port),
    username: decoded(url.username),
    password: decoded(url.password),
    ...(db === '' ? {} : { db: Number(db) }),
    tls: url.protocol === 'rediss:',
  };
}

/** The same as an address, for a child's environment. */
export function redisUrl({ host, port, username = '', password = '', db = 0, tls = false }: RedisAddress): string {
  const credentials = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}/${db}`;
  return `${tls ? 'rediss' : 'redis'}://${credentials === ':' ? '' : `${credentials}@`}${place}`;
}

/** The address without its secrets, for messages. */
export const shownRedis = ({ host, port, db, tls }: RedisAddress): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}${db ? `/${db}` : ''}${tls === true ? ' (TLS)' : ''}`;
