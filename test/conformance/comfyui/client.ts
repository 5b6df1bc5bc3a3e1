import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';

// oxlint-disable-next-line typescript/no-explicit-any -- bodies are what is being tested
export type Body = any;

export interface Answer {
  status: number;
  type: string | null;
  headers: Headers;
  text: string;
  /** The body as JSON; undefined when it is none. */
  body: Body;
}

const LIMIT_MS = 60_000;

/** @param body is sent as JSON unless it is text or a form. */
export async function ask(
  url: string,
  method = 'GET',
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const asIs = body === undefined || typeof body === 'string' || body instanceof FormData;
  const response = await fetch(url, {
    method,
    headers: { ...(typeof body === 'string' && { 'Content-Type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: asIs ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type');
  const isJson = type?.startsWith('application/json') === true;
  return {
    status: response.status,
    type,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}

/** Asks until the answer is as wanted. */
export async function until<Value>(look: () => Promise<Value | undefined>, what: string): Promise<Value> {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await sleep(20);
  }
}

export const finished = (url: string, id: string): Promise<Body> =>
  until(async () => {
    const { body } = await ask(`${url}/history/${id}`);
    return body[id] as unknown;
  }, `${id} ended`);

export const idle = (url: string): Promise<true> =>
  until(async () => {
    const { body } = await ask(`${url}/queue`);
    return body.queue_running.length + body.queue_pending.length === 0 ? true : undefined;
  }, 'the queue is empty');

export interface Frame {
  type: string;
  data: Body;
}

/** An event socket that keeps what it hears. */
export interface Ear {
  socket: WebSocket;
  clientId: string;
  frames: Frame[];
  binary: Buffer[];
  /** The frames that are about a prompt, `progress_state` left out. */
  about(id: string): Frame[];
  /** Resolves with a frame like that, also one from before. */
  hears(wanted: (frame: Frame) => boolean, what: string): Promise<Frame>;
  close(): Promise<void>;
}

export async function listen(url: string, clientId: string = randomUUID(), first?: unknown): Promise<Ear> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws?clientId=${clientId}`);
  const frames: Frame[] = [];
  const binary: Buffer[] = [];
  socket.on('message', (data, isBinary) => {
    if (isBinary) binary.push(data as Buffer);
    else frames.push(JSON.parse((data as Buffer).toString()) as Frame);
  });
  if (first !== undefined) socket.once('open', () => socket.send(JSON.stringify(first)));
  await once(socket, 'open');
  const close = async (): Promise<void> => {
    if (socket.readyState === WebSocket.CLOSED) return;
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  };
  onTestFinished(close);
  const ear: Ear = {
    socket,
    clientId,
    frames,
    binary,
    about: (id) => frames.filter(({ type, data }) => data.prompt_id === id && type !== 'progress_state'),
    hears: (wanted, what) => until(() => Promise.resolve(frames.find((frame) => wanted(frame))), what),
    close,
  };
  await ear.hears(({ type }) => type === 'status', 'the first status');
  return ear;
}

/** Submits a graph under an id of ours and gives the id. @throws when it is refused. */
export async function submit(url: string, prompt: unknown, more: Record<string, unknown> = {}): Promise<string> {
  const id = randomUUID();
  const { status, text } = await ask(`${url}/prompt`, 'POST', { prompt, prompt_id: id, ...more });
  if (status !== 200) throw new Error(`refused: ${text}`);
  return id;
}
