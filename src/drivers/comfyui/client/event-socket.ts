import { WebSocket } from 'ws';
import type { ComfyuiTimings } from '../timings.ts';
import type { Http } from './http.ts';
import { createNotifier, pause } from './pause.ts';

export interface EventSocket {
  /** Resolves when the socket is open, when it cannot be opened, or after `ms`. Polling works without the socket. */
  ready(ms: number): Promise<void>;
  /**
   * Opens a new socket. The server may have lost the registration of the old one, which looks like a lack of events.
   */
  renew(): void;
  close(): Promise<void>;
}

/** Milliseconds between two connections; doubles while they fail. */
const FIRST_DELAY = 250;
const LONGEST_DELAY = 5000;
/** Bytes. A node may send whole pictures. */
const LARGEST_FRAME = 64 * 1024 * 1024;

/** Previews then say to which prompt and node they belong. It counts only as the first message. */
const FEATURES = JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } });

/** `once` of node:events would reject on the socket's error event. */
const closing = (socket: WebSocket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

/** Closes the socket when a ping gets no pong, because nothing else reveals a half-open connection. */
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
 * Listens to the events of one prompt until closed. It reconnects only after the old socket has closed: ComfyUI keeps
 * one socket for each client id, and its clean-up of the old one would unregister the new one. The client id is our
 * prompt id, so a later attempt can listen to the same prompt.
 */
export function openEventSocket(
  http: Http,
  clientId: string,
  frames: { onText: (text: string) => void; onBinary: (frame: Buffer) => void },
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
    // A failure that matters also makes the next poll fail.
    socket.on('error', () => undefined);
    socket.on('open', () => {
      hasOpened = true;
      socket.send(FEATURES);
      tried.notify();
    });
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) frames.onBinary(data);
      else frames.onText(data.toString('utf8'));
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

/**
 * Closes the socket with a handshake, and terminates it if the server does not answer within `patience` milliseconds.
 */
async function hangUp(socket: WebSocket | undefined, patience: number): Promise<void> {
  if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
  const timer = setTimeout(() => socket.terminate(), patience);
  const closed = closing(socket);
  socket.close();
  await closed;
  clearTimeout(timer);
}
