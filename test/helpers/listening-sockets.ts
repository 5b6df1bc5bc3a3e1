import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A TCP socket that listens, and whose it is. */
export interface ListeningSocket {
  pid: number;
  program: string;
  /** `127.0.0.1`, `::1`; `0.0.0.0` and `::` are all addresses of the machine. */
  address: string;
  port: number;
}

const LISTEN = '0A';

/** The kernel writes addresses as 32-bit words in the order of the machine, here little-endian. */
function addressOf(hex: string): string {
  const bytes = [...Buffer.from(hex, 'hex')];
  const inOrder = Array.from({ length: bytes.length / 4 }, (_, word) =>
    bytes.slice(4 * word, 4 * word + 4).toReversed(),
  );
  const flat = inOrder.flat();
  if (flat.length === 4) return flat.join('.');
  if (flat.every((byte) => byte === 0)) return '::';
  if (flat.slice(0, 15).every((byte) => byte === 0) && flat[15] === 1) return '::1';
  const isMapped = flat.slice(0, 10).every((byte) => byte === 0) && flat[10] === 255 && flat[11] === 255;
  return isMapped ? `::ffff:${flat.slice(12).join('.')}` : Buffer.from(flat).toString('hex');
}

/** Listening sockets of the whole machine by their inodes. */
function allListening(): Map<string, { address: string; port: number }> {
  const found = new Map<string, { address: string; port: number }>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6'])
    for (const line of readFileSync(table, 'latin1').trim().split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      if (state === LISTEN) found.set(inode, { address: addressOf(address), port: Number.parseInt(port, 16) });
    }
  return found;
}

const openFiles = (pid: number): string[] => {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${name}`)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
};

const programOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').slice(0, 200);
  } catch {
    return '';
  }
};

/** The sockets on which any of these processes listens at this moment. */
export function listeningSockets(pids: readonly number[]): ListeningSocket[] {
  const listening = allListening();
  return pids.flatMap((pid) =>
    openFiles(pid).flatMap((file) => {
      const socket = listening.get(/^socket:\[(\d+)\]$/.exec(file)?.[1] ?? '');
      return socket === undefined ? [] : [{ pid, program: programOf(pid), ...socket }];
    }),
  );
}

/** Whether only programs of this machine reach it. */
export const isLoopback = ({ address }: ListeningSocket): boolean =>
  address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.');

/** Those of a stack that may be reached from elsewhere, as lines for people. */
export const openToOthers = (sockets: readonly ListeningSocket[]): string[] => [
  ...new Set(sockets.filter((socket) => !isLoopback(socket)).map((one) => `${one.address}:${one.port} ${one.program}`)),
];
