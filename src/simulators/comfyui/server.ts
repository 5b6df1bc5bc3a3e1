import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { control, isControl, type Actions } from '../control.ts';
import type { Core } from './core.ts';
import { dispatch } from './http/dispatch.ts';
import { comesFromElsewhere } from './http/origin-guard.ts';

function refuseUpgrade(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

/**
 * The HTTP server, which does not listen yet.
 * @param deps.events holds the connections of the event sockets that are open.
 */
export function createComfyuiServer(deps: { core: () => Core; actions: Actions; events: Set<Socket> }): Server {
  const { core, actions, events } = deps;
  const server = createServer((request, response) => {
    void (isControl(request) ? control(actions, request, response) : dispatch(core(), request, response));
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  server.on('upgrade', (request, stream, head) => {
    const socket = stream as Socket;
    socket.on('error', () => undefined);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://simulator');
    if (core().faults.badGateway) return refuseUpgrade(socket, '502 Bad Gateway');
    if (comesFromElsewhere(request)) return refuseUpgrade(socket, '403 Forbidden');
    if (pathname !== '/ws' && pathname !== '/api/ws') return refuseUpgrade(socket, '404 Not Found');
    sockets.handleUpgrade(request, socket, head, (ws) => {
      events.add(socket);
      socket.once('close', () => events.delete(socket));
      core().sockets.add(ws, searchParams.get('clientId') ?? '');
      if (core().faults.halfOpen) socket.pause();
    });
    return undefined;
  });
  return server;
}
