import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Faults } from '../faults.ts';
import { isObject } from '../graph.ts';

export interface SocketsDeps {
  faults: Faults;
  features: () => Record<string, unknown>;
  queueRemaining: () => number;
  /** The node that runs, when this client's prompt is the one running. */
  runningNodeFor: (clientId: string) => string | undefined;
}

/** The event sockets, by client id. A socket that was replaced under its id stays open and gets no more events. */
export function createSockets(deps: SocketsDeps) {
  const byId = new Map<string, WebSocket>();
  const all = new Set<WebSocket>();
  const flags = new Map<string, Record<string, unknown>>();
  const quiet = (): boolean => deps.faults.silent || deps.faults.halfOpen;
  const say = (socket: WebSocket, type: string, data: Record<string, unknown>): void => {
    if (!quiet() && socket.readyState === socket.OPEN) socket.send(JSON.stringify({ type, data }));
  };
  const receivers = (to: string | undefined): WebSocket[] =>
    [to === undefined ? [...byId.values()] : (byId.get(to) ?? [])].flat();

  function onFirst(socket: WebSocket, id: string, text: string): void {
    const message: unknown = (() => {
      try {
        return JSON.parse(text);
      } catch {
        return undefined;
      }
    })();
    if (!isObject(message) || message['type'] !== 'feature_flags') return;
    flags.set(id, isObject(message['data']) ? message['data'] : {});
    say(socket, 'feature_flags', deps.features());
  }

  return {
    /** Takes a new connection; an empty id is replaced by one of ours. */
    add: (socket: WebSocket, clientId: string) => {
      const id = clientId === '' ? randomUUID().replaceAll('-', '') : clientId;
      byId.set(id, socket);
      all.add(socket);
      flags.delete(id);
      socket.on('error', () => undefined);
      // Also when a newer socket has taken the id: that one goes deaf. The real server does the same.
      socket.once('close', () => {
        all.delete(socket);
        byId.delete(id);
        flags.delete(id);
      });
      socket.once('message', (data, isBinary) => {
        if (!isBinary) onFirst(socket, id, (data as Buffer).toString());
      });
      say(socket, 'status', { status: { exec_info: { queue_remaining: deps.queueRemaining() } }, sid: id });
      const node = deps.runningNodeFor(id);
      if (node !== undefined) say(socket, 'executing', { node });
    },
    /** To one client, or to all when it is undefined. */
    send: (type: string, data: Record<string, unknown>, to?: string) => {
      for (const socket of receivers(to)) say(socket, type, data);
    },
    sendBytes: (bytes: Buffer, to?: string) => {
      if (quiet()) return;
      for (const socket of receivers(to)) if (socket.readyState === socket.OPEN) socket.send(bytes);
    },
    /** Whether that client asked for previews with metadata. */
    wantsMetadata: (clientId: string): boolean => flags.get(clientId)?.['supports_preview_metadata'] === true,
    open: () => all.size,
    /** Cuts every connection without a close frame. */
    drop: () => {
      for (const socket of all) socket.terminate();
    },
  };
}
export type Sockets = ReturnType<typeof createSockets>;
