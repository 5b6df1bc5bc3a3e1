import { WebSocket } from 'ws';
import type { ComfyuiTimings } from '../timings.ts';
import type { Http } from './http.ts';
import { createNotifier, pause } from './pause.ts';

export interface EventSocket {
  /** Resolves when the socket is open or could not be opened, or after `ms`. Polling works without the socket. */
  ready(ms: number): Promise<void>;
  /** Opens the socket anew. The server may have dropped its registration, which looks as if there were no events. */
  renew(): void;
  close(): Promise<void>;
}

/** Milliseconds between two connections; doubles while they fail. */
const FIRST_DELAY = 250;
const LONGEST_DELAY = 5000;
/** Bytes. The server may send previews although the driver does not ask for them. */
const LARGEST_FRAME = 64 * 1024 * 1024;

/** `once` of node:events would throw what the socket's error event carries. */
const closing = (socket: WebSocket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

/** Closes the socket when a ping gets no pong: nothing else shows that a connection is half-open. */
function keepAlive(socket: WebSocket, every: number): () => void {
  let isAnswered = true;
  socket.on('pong', () => (isAnswered = true));
  const timer = setInterval(() => {
    // The handshake has a limit of its own.
    if (socket.readyState === WebSocket.CONNECTING) return;
    if (!isAnswered) return socket.terminate();
    isAnswered = false;
    socket.ping();
  }, every);
  return () => clearInterval(timer);
}

/**
 * Listens to one prompt's events until closed. It reconnects only after the old socket has closed: ComfyUI keeps one
 * socket for each client id, and its clean-up of the old one would unregister the new one. The client id is our
 * prompt id, so a later attempt hears the same prompt.
 */
export function openEventSocket(
  http: Http,
  clientId: string,
  onFrame: (text: string) => void,
  timings: ComfyuiTimings,
): EventSocket {
  const stop = new AbortController();
  const tried = createNotifier();
  let current: WebSocket | undefined;

  async function listen(): Promise<boolean> {
    const socket = new WebSocket(http.socketUrl(`/ws?clientId=${encodeURIComponent(clientId)}`), {
      headers: http.headers,
      handshakeTimeout: timings.request,
      maxPayload: LARGEST_FRAME,
      perMessageDeflate: false,
    });
    current = socket;
    let hasOpened = false;
    // A failure that matters makes the next poll fail, too.
    socket.on('error', () => undefined);
    socket.on('open', () => {
      hasOpened = true;
      tried.notify();
    });
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) onFrame(data.toString('utf8'));
    });
    const stopPings = keepAlive(socket, timings.ping);
    await closing(socket);
    stopPings();
    tried.notify();
    return hasOpened;
  }

  async function run(): Promise<void> {
    let delay = FIRST_DELAY;
    while (!stop.signal.aborted) {
      delay = (await listen()) ? FIRST_DELAY : Math.min(delay * 2, LONGEST_DELAY);
      await pause(delay, stop.signal).catch(() => undefined);
    }
  }
  const ended = run();

  return {
    ready: (ms) => tried.wait(ms),
    renew: () => void hangUp(current, timings.request),
    async close() {
      stop.abort();
      await hangUp(current, FIRST_DELAY);
      await ended;
    },
  };
}

/** Closes the socket politely, and ends it when the other side does not answer within `patience` milliseconds. */
async function hangUp(socket: WebSocket | undefined, patience: number): Promise<void> {
  if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
  const timer = setTimeout(() => socket.terminate(), patience);
  const closed = closing(socket);
  socket.close();
  await closed;
  clearTimeout(timer);
}
