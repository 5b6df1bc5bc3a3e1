import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Core } from './core.ts';
import { control, isControl } from './http/control.ts';
import { dispatch } from './http/dispatch.ts';
import { comesFromElsewhere } from './http/origin-guard.ts';
import type { Controls } from './http/control.ts';

/** The listening side; what it answers with can be replaced while it listens. */
export interface Listener {
  port: number;
  /** Refuses connections from now on and cuts those that are open. */
  stop(): Promise<void>;
  /** Nothing is read from open event sockets while true. */
  pauseSockets(paused: boolean): void;
}

function refuseUpgrade(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

/** @throws when the port is taken. */
export async function listen(
  host: string,
  port: number,
  deps: { core: () => Core; controls: Controls },
): Promise<Listener> {
  const connections = new Set<Socket>();
  const events = new Set<Socket>();
  const server: Server = createServer((request, response) => {
    void (isControl(request) ? control(deps.controls, request, response) : dispatch(deps.core(), request, response));
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('upgrade', (request, stream, head) => {
    const socket = stream as Socket;
    socket.on('error', () => undefined);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://simulator');
    if (deps.core().faults.badGateway) return refuseUpgrade(socket, '502 Bad Gateway');
    if (comesFromElsewhere(request)) return refuseUpgrade(socket, '403 Forbidden');
    if (pathname !== '/ws' && pathname !== '/api/ws') return refuseUpgrade(socket, '404 Not Found');
    sockets.handleUpgrade(request, socket, head, (ws) => {
      events.add(socket);
      socket.once('close', () => events.delete(socket));
      deps.core().sockets.add(ws, searchParams.get('clientId') ?? '');
      if (deps.core().faults.halfOpen) socket.pause();
    });
    return undefined;
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of connections) socket.resetAndDestroy();
      await closed;
    },
    pauseSockets: (paused) => {
      for (const socket of events)
        if (paused) socket.pause();
        else socket.resume();
    },
  };
}
