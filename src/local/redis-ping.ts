import { connect } from 'node:net';

/**
 * Asks whether a Redis (or Valkey) answers at an address.
 * @returns `redis`; `other` when something else does; `none` when nothing does.
 */
export async function pingRedis(host: string, port: number, timeoutMs = 1000): Promise<'redis' | 'other' | 'none'> {
  const socket = connect({ host, port, timeout: timeoutMs });
  try {
    return await new Promise((resolve) => {
      let connected = false;
      socket.once('connect', () => {
        connected = true;
        socket.write('PING\r\n');
      });
      // A Redis that wants a password, or loads its data, answers with an error of its own.
      socket.once('data', (data) =>
        resolve(/^(\+PONG|-NOAUTH|-LOADING|-DENIED)/.test(data.toString()) ? 'redis' : 'other'),
      );
      socket.once('timeout', () => resolve(connected ? 'other' : 'none'));
      socket.once('close', () => resolve(connected ? 'other' : 'none'));
      socket.once('error', () => undefined);
    });
  } finally {
    socket.destroy();
  }
}
