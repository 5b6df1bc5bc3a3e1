import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  STATUS_CODES,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../errors.ts';
import { newRequestId, REQUEST_ID } from './middleware/request-id.ts';
import { problem } from './problem.ts';

/** Converts an error of Node's parser into an error of the catalogue. */
function fromParser({ code, message }: NodeJS.ErrnoException): AppError {
  if (code === 'HPE_HEADER_OVERFLOW') return new AppError('headers_too_large');
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return new AppError('body_too_large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new AppError('request_timeout');
  return new AppError('malformed_request', message);
}

/** Answers data that are not a valid request; Node's own answer would have no body. */
function answerRaw(error: NodeJS.ErrnoException, socket: Socket & { _httpMessage?: ServerResponse | null }): void {
  // Like Node, never write into the middle of another answer.
  // oxlint-disable-next-line no-underscore-dangle -- Node's name, and the only one for it
  const isAnswering = socket._httpMessage?.headersSent === true;
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) return void socket.destroy();
  const requestId = newRequestId();
  const { status, headers, body } = problem(fromParser(error), requestId);
  const text = JSON.stringify(body);
  const lines = Object.entries({
    ...headers,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    [REQUEST_ID]: requestId,
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${text}`);
}

/** Longer than proxies and clients keep idle connections, so that the server is not the first to close one. */
const KEEP_ALIVE_MS = 75_000;

/** Longer than any client needs for a request whose body is small. */
const BODY_MS = 300_000;
const HEADERS_MS = 60_000;

const LATE = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** The body of this request may come for as long as it takes. Whoever reads it ends a client that sends nothing. */
export const allowSlowBody = (request: IncomingMessage): void => clearTimeout(LATE.get(request));

/** The answers to clients that wait for `100 Continue` before they send their body. */
const WAITING = new WeakMap<IncomingMessage, ServerResponse>();

/** Whether the client sends its body only after `100 Continue`. */
export const isWaiting = (request: IncomingMessage): boolean => WAITING.has(request);

/**
 * Lets a client that waits for it (`Expect: 100-continue`) send its body. To be called where a body is first read, when
 * everything that may refuse it beforehand has been checked.
 */
export function askForBody(request: IncomingMessage): void {
  const response = WAITING.get(request);
  WAITING.delete(request);
  if (response?.headersSent === false) response.writeContinue();
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/** Node has one limit for all requests; files take longer than others. */
function limitBody(request: IncomingMessage, bodyMs: number): void {
  if (!hasBody(request)) return;
  const answer = (): void => {
    const late = Object.assign(new Error('the body is late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    answerRaw(late, request.socket);
  };
  const late = setTimeout(answer, bodyMs).unref();
  LATE.set(request, late);
  const done = (): void => clearTimeout(late);
  request.once('end', done).once('close', done);
}

/**
 * Creates an HTTP server. All its answers have the form of the application's answers.
 * @param bodyMs longest time for the body of a request, unless `allowSlowBody` says otherwise
 */
export function createHttpServer(app: RequestListener, { bodyMs = BODY_MS }: { bodyMs?: number } = {}): Server {
  const listen: RequestListener = (request, response) => {
    limitBody(request, bodyMs);
    return app(request, response);
  };
  const timeouts = { keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: HEADERS_MS, requestTimeout: 0 };
  // A request without a Host reaches the application, because Node's own answer has no body.
  return createServer({ requireHostHeader: false, ...timeouts }, listen)
    .on('clientError', (error, socket) => answerRaw(error, socket as Socket))
    .on('checkExpectation', listen)
    .on('checkContinue', (request, response) => {
      WAITING.set(request, response);
      listen(request, response);
    });
}

/** Closes idle connections at once, others after their answer, and all remaining ones after `graceMs`. */
export async function stopServer(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  // A connection becomes idle after its answer, but there is no event for that.
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const late = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
