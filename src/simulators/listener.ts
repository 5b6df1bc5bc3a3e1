import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** The listening side of a stand-in. It opens on the same port each time. */
export interface Listener {
  readonly url: string;
  readonly port: number;
  /** @throws when the port is taken. */
  open(): Promise<void>;
  /** Refuses connections from now on; those that are open go on. */
  pause(): void;
  /** Refuses connections from now on and cuts those that are open. */
  close(): Promise<void>;
}

/** @param options.port 0 is any free port. @param options.createServer called for each opening. */
export function createListener(options: { host: string; port: number; createServer: () => Server }): Listener {
  const { host, createServer } = options;
  const connections = new Set<Socket>();
  let { port } = options;
  let server: Server | undefined;
  return {
    get url() {
      return `http://${host}:${port}`;
    },
    get port() {
      return port;
    },
    open: async () => {
      server = createServer();
      server.on('connection', (socket) => {
        connections.add(socket);
        socket.once('close', () => connections.delete(socket));
      });
      server.listen(port, host);
      await once(server, 'listening');
      ({ port } = server.address() as AddressInfo);
    },
    pause: () => {
      server?.close();
      server?.closeIdleConnections();
    },
    close: async () => {
      const closed = server?.listening === true ? once(server, 'close') : undefined;
      server?.close();
      for (const socket of connections) socket.resetAndDestroy();
      await closed;
    },
  };
}
