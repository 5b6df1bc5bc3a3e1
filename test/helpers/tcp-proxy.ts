import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../src/local/stack/ports.ts';

/** A way to a server on this machine that can be cut. */
export interface TcpProxy {
  port: number;
  /** Ends all connections and refuses new ones. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Keeps the connections, but nothing comes through until `flow`. */
  hang(): void;
  flow(): void;
}

export async function startTcpProxy(target: number): Promise<TcpProxy> {
  /** Each with the other end of its way. */
  const sockets = new Map<Socket, Socket>();
  const port = await freePort();
  let isHung = false;
  const open = async (): Promise<Server> => {
    const server = createServer((near) => {
      const far = connect({ host: '127.0.0.1', port: target });
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.set(one, other);
        if (!isHung) one.pipe(other);
        one.on('error', () => undefined);
        one.on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      }
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await open();
  return {
    port,
    async cut() {
      server.close();
      for (const socket of sockets.keys()) socket.destroy();
      await once(server, 'close');
    },
    async mend() {
      server = await open();
    },
    hang() {
      isHung = true;
      for (const [socket, other] of sockets) socket.unpipe(other).pause();
    },
    flow() {
      isHung = false;
      for (const [socket, other] of sockets) socket.pipe(other);
    },
  };
}
