import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Core } from './core.ts';
import { control, isControl, type Controls } from './http/control.ts';
import { dispatch } from './http/dispatch.ts';

/** Uvicorn closes connections that were idle for so long. */
const KEEP_ALIVE_MS = 5000;

/** The listening side. */
export interface Listener {
  port: number;
  /** Refuses connections from now on; those that are open go on. */
  pause(): void;
  /** Refuses connections from now on and cuts those that are open. */
  stop(): Promise<void>;
}

/** @throws when the port is taken. */
export async function listen(
  host: string,
  port: number,
  deps: { core: () => Core; controls: Controls; connections: Set<Socket> },
): Promise<Listener> {
  const { connections } = deps;
  const server = createServer((request, response) => {
    void (isControl(request) ? control(deps.controls, request, response) : dispatch(deps.core(), request, response));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    pause: () => {
      server.close();
      server.closeIdleConnections();
    },
    stop: async () => {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      for (const socket of connections) socket.resetAndDestroy();
      await closed;
    },
  };
}
