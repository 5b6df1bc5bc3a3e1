import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The only block of IPv6 from which public addresses are assigned (RFC 4291, IANA). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** Packets to it go to the IPv4 address in its last four bytes (RFC 6052). The local-use prefix of RFC 8215 is not public. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** The host of a virtual machine at Azure answers at this public address: it serves settings and certificates. */
const OF_AZURE = '168.63.129.16';

/**
 * Whether an IP address, written as `node:dns` and `node:net` write it, leads to the public internet. Everything else
 * is refused: private, loopback, link-local, shared, multicast and reserved addresses, tunnels such as 6to4 and Teredo,
 * and what is no IP address. An IPv6 address that only contains an IPv4 address counts as that one.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast' && parsed.toString() !== OF_AZURE;
  if (parsed.isIPv4MappedAddress() || parsed.match(NAT64))
    return isPublicAddress(parsed.toByteArray().slice(12).join('.'));
  return parsed.range() === 'unicast' && parsed.match(GLOBAL_UNICAST);
}

/** The host of a URL without the brackets of IPv6. */
const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

/**
 * Whether the host of a URL, as `URL.hostname` writes it, is recognisably private without a look-up: an address that is
 * not public, or a name for this machine (RFC 6761). Other names are checked when they are connected to.
 */
export function isPrivateHost(hostname: string): boolean {
  const host = bare(hostname).toLowerCase().replace(/\.$/, '');
  if (isIP(host) !== 0) return !isPublicAddress(host);
  return host === 'localhost' || host.endsWith('.localhost');
}
