import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { isPrivateHost, isPublicAddress } from './private-address.ts';

export const PRIVATE_ADDRESS_CODE = 'ERR_PRIVATE_ADDRESS';

/**
 * A connection that was not made: the host has no public address, or does not exist. These read the same, so that nobody
 * finds out which names a private network has. Only the host is named, never a whole address.
 */
export class PrivateAddressError extends Error {
  readonly code = PRIVATE_ADDRESS_CODE;
  override readonly name = 'PrivateAddressError';
  constructor(host: string) {
    super(`${host} does not lead to a public address`);
  }
}

/** The part of `dns.lookup` that is used. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A look-up that leaves out addresses that are not public; a name without any fails like an unknown one. The socket
 * connects to one of its answers and asks nobody again, so a name cannot change its address in between.
 */
export function createPublicLookup(
  resolve: Resolve,
  isAllowed: (address: string) => boolean = isPublicAddress,
): LookupFunction {
  return (hostname, options, callback) =>
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null && error.code !== 'ENOTFOUND') return callback(error, []);
      const addresses = error === null ? found.filter(({ address }) => isAllowed(address)) : [];
      const [first] = addresses;
      if (first === undefined) return callback(new PrivateAddressError(hostname), []);
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
    });
}

/**
 * Creates the dispatcher for requests to addresses that clients name. It connects to public addresses only, unless
 * private ones are allowed. A request rejects with a `PrivateAddressError` otherwise; so does each hop of a redirect
 * that the caller follows. Close it when it is no longer needed.
 * @param options.connectMs the time for the connection, TLS included. `options.ca`, `options.resolve` and
 * `options.isAllowed`, which judges the addresses that a name has, are for tests.
 */
export function createGuardedAgent(options: {
  allowPrivate: boolean;
  connectMs: number;
  /** For the answer's headers and for each pause in its body. */
  silenceMs?: number;
  maxHeaderBytes?: number;
  ca?: string;
  resolve?: Resolve;
  isAllowed?: (address: string) => boolean;
}): Agent {
  const { allowPrivate, connectMs, silenceMs, maxHeaderBytes, ca, resolve = dnsLookup, isAllowed } = options;
  const limits = {
    ...(silenceMs === undefined ? {} : { headersTimeout: silenceMs, bodyTimeout: silenceMs }),
    ...(maxHeaderBytes === undefined ? {} : { maxHeaderSize: maxHeaderBytes }),
  };
  const connector = buildConnector({
    timeout: connectMs,
    ...(ca === undefined ? {} : { ca }),
    ...(allowPrivate ? {} : { lookup: createPublicLookup(resolve, isAllowed) }),
  });
  return new Agent({
    ...limits,
    connect: (target, callback) => {
      // Sockets do not look up what is an address already.
      if (allowPrivate || !isPrivateHost(target.hostname)) connector(target, callback);
      else callback(new PrivateAddressError(target.hostname), null);
    },
  });
}
