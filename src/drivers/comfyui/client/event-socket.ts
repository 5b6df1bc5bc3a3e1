import { WebSocket } from 'ws';
import { createBell } from './pause.ts';
import type { Http } from './http.ts';
import type { ComfyuiTimings } from '../timings.ts';

export interface EventSocket {
  /** Resolves when it is open, could not be opened, or after `ms`. Nothing depends on it: the poll is the truth. */
  ready(ms: number): Promise<void>;
  /** Opens it anew: the server may have lost its registration, and a deaf socket looks like a silent one (facts §1.4). */
  renew(): void;
  close(): Promise<void>;
}

const FIRST_DELAY = 250;
const LONGEST_DELAY = 5000;
/** Previews may come although nobody asked for them. */
const LARGEST_FRAME = 64 * 1024 * 1024;

/** Not `once` of node:events, which throws what the socket's error event carries. */
const closing = (socket: WebSocket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

/** Closes it when a ping stays without a pong: a half-open connection shows no other sign. */
function keepAlive(socket: WebSocket, every: number): () => void {
  let answered = true;
  socket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    // The handshake has a limit of its own.
    if (socket.readyState === WebSocket.CONNECTING) return;
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, every);
  return () => clearInterval(timer);
}

/**
 * Listens to one prompt's events. Reconnects until closed, each time only after the old socket has closed, since the server's clean-up of an
 * older one silences the newer (facts §1.4). The client id is the prompt id, so that a later attempt hears the same prompt.
 */
export function openEventSocket(
  http: Http,
  clientId: string,
  onFrame: (text: string) => void,
  timings: ComfyuiTimings,
): EventSocket {
  const stop = new AbortController();
  const renewed = createBell();
  let current: WebSocket | undefined;
  const tried = createBell();

  async function listen(): Promise<boolean> {
    const socket = new WebSocket(http.socketUrl(`/ws?clientId=${encodeURIComponent(clientId)}`), {
      headers: http.headers,
      handshakeTimeout: timings.request,
      maxPayload: LARGEST_FRAME,
      perMessageDeflate: false,
    });
    current = socket;
    let opened = false;
    // Its message is that of the poll, which fails too when it matters.
    socket.on('error', () => undefined);
    socket.on('open', () => {
      opened = true;
      tried.ring();
    });
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) onFrame(data.toString('utf8'));
    });
    const rest = keepAlive(socket, timings.ping);
    await closing(socket);
    rest();
    tried.ring();
    return opened;
  }

  async function run(): Promise<void> {
    let delay = FIRST_DELAY;
    while (!stop.signal.aborted) {
      delay = (await listen()) ? FIRST_DELAY : Math.min(delay * 2, LONGEST_DELAY);
      await renewed.wait(delay, stop.signal).catch(() => undefined);
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

/** A polite close, and an end to it when the other side does not answer. */
async function hangUp(socket: WebSocket | undefined, patience: number): Promise<void> {
  if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
  const timer = setTimeout(() => socket.terminate(), patience);
  const closed = closing(socket);
  socket.close();
  await closed;
  clearTimeout(timer);
}
