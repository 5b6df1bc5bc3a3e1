import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { AppError } from '../errors.ts';
import type { Logger } from '../logging.ts';
import { findMisfit } from './check-answer.ts';
import type { ApiKey } from '../config/api-keys.ts';
import { requireAccess } from './caller.ts';
import { askForBody, isWaiting } from './http-server.ts';
import { callerOf, identifyCaller } from './middleware/api-keys.ts';
import { type NoteAnswer, noteAnswers } from './middleware/note-answers.ts';
import { isUtf8, requireJson } from './middleware/json-type.ts';
import { createRequestLog } from './middleware/log-refusals.ts';
import { paceReading } from './middleware/paced-reading.ts';
import { limitRate } from './middleware/rate-limit.ts';
import { nameRequest, requestIdOf } from './middleware/request-id.ts';
import { JSON_POLICY, setSecurityHeaders } from './middleware/security-headers.ts';
import { inOrder } from './middleware/step.ts';
import { MOST_VOICE_FORMS, MOST_VOICE_FORMS_PER_CLIENT, VOICE_UPLOAD_LIMITS, withUpload } from './middleware/upload.ts';
import { guardWebPages, isPreflight } from './middleware/web-pages.ts';
import { createPlaces } from './places.ts';
import { problem, problemType, toAppError } from './problem.ts';
import { parseJson, refuseCostly } from './read-json.ts';
import { isUncounted, takesBody, type ApiResponse, type Route, type WrittenResponse } from './route.ts';

function send(response: Response, { status, body, headers = {} }: ApiResponse): void {
  response.status(status).setHeader('Content-Type', 'application/json');
  response.setHeader('Cache-Control', 'no-store').setHeader('Content-Security-Policy', JSON_POLICY);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // Express would compare a text with the client's cache, and our answers are never cached.
  const text = JSON.stringify(body);
  response.setHeader('Content-Length', Buffer.byteLength(text)).end(text);
}

/** Enough for a reason and a priority. */
export const SMALL_BODY_BYTES = 65_536;

/** The parsers read a body to its end before they refuse it, so it would never come from a client that waits. */
const askUpTo =
  (limit: number): RequestHandler =>
  (request, _response, next) => {
    if (isWaiting(request) && Number(request.headers['content-length'] ?? 0) > limit)
      throw new AppError('body_too_large', `the limit is ${limit} bytes`);
    askForBody(request);
    next();
  };
const readText = (limit: number): RequestHandler => express.text({ limit, type: () => true, defaultCharset: 'utf-8' });
/** The text of a body; undefined from the parser if none was sent. */
const textOf = ({ body }: Request): string => (typeof body === 'string' ? body : '');
const refuseCostlyBody: RequestHandler = (request, _response, next) => {
  refuseCostly(textOf(request));
  next();
};

/**
 * Keeps a large body as bytes, because parsing it here would delay all other clients. Only a body in another encoding
 * than UTF-8 is decoded.
 */
function readBytes(limit: number): RequestHandler {
  const raw = express.raw({ limit, type: () => true });
  const text = readText(limit);
  return (request, response, next) => (isUtf8(request) ? raw : text)(request, response, next);
}
const bytesOf = (request: Request): Uint8Array =>
  Buffer.isBuffer(request.body) ? request.body : Buffer.from(textOf(request));

/** Path parameters are single strings in the route table, but Express splits a wildcard at its slashes. */
function single(params: Record<string, string | string[]>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) texts[name] = typeof value === 'string' ? value : value.join('/');
  return texts;
}

function sendProblem(request: Request, response: Response, error: AppError, more: ApiResponse['headers'] = {}): void {
  const { status, body, headers } = problem(error, requestIdOf(response));
  // The limit of requests knows better when to come back.
  const later = response.get('Retry-After');
  const own = later === undefined ? {} : { 'Retry-After': later };
  const type = { 'Content-Type': problemType(request.get('accept')) };
  send(response, { status, body, headers: { ...headers, ...own, ...type, ...more } });
}

/** Aborts when the connection closes, even after the answer. */
function closeSignal(response: Response): AbortSignal {
  const closing = new AbortController();
  if (response.closed) closing.abort();
  else response.once('close', () => closing.abort());
  return closing.signal;
}

/** The route that answers. */
const routeOf = ({ locals }: Response): Route | undefined => (locals as { route?: Route }).route;

/** Sends the answer of a handler, or lets the handler write it. */
async function respond(request: Request, response: Response, answered: ApiResponse | WrittenResponse): Promise<void> {
  if ('body' in answered) return send(response, answered);
  response.status(answered.status).set({ 'Cache-Control': 'no-store', ...answered.headers });
  return answered.write(request, response);
}

/**
 * Creates the API as an Express application without a port. Every answer is JSON, including errors, unless its handler
 * writes it itself.
 * @param maxBodyBytes larger bodies of submissions are refused with 413.
 * @param keys the API keys; without keys, everybody may use the API.
 * @param checkAnswers whether an answer that does not match its route is replaced by `internal_error`; for tests.
 * @param noteAnswer is told of every answered request.
 * @param origins, hosts the origins of permitted web pages, and the permitted host names; see `guardWebPages`.
 * @param requestsPerMinute of each client; see `limitRate`.
 */
export function createApp(deps: {
  routes: readonly Route[];
  maxBodyBytes: number;
  checkAnswers?: boolean;
  keys: readonly ApiKey[];
  origins: readonly string[];
  hosts: readonly string[];
  requestsPerMinute: number;
  logger: Logger;
  noteAnswer?: NoteAnswer;
}): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  const { keys, origins, hosts, noteAnswer } = deps;
  const needsKey = keys.length > 0;
  const steps = [nameRequest, setSecurityHeaders(), identifyCaller(keys), guardWebPages({ origins, hosts, needsKey })];
  const note = noteAnswer && noteAnswers(noteAnswer, routeOf);
  app.use(inOrder(note === undefined ? steps : [note, ...steps]));
  const findMisfitIfAsked: typeof findMisfit = (route, answered) =>
    deps.checkAnswers === true ? findMisfit(route, answered) : undefined;
  const { maxBodyBytes } = deps;
  const smallBytes = Math.min(maxBodyBytes, SMALL_BODY_BYTES);
  const pace = paceReading();
  const takeFormPlace = createPlaces({
    most: MOST_VOICE_FORMS,
    mostPerClient: MOST_VOICE_FORMS_PER_CLIENT,
    refuse: () => new AppError('busy', 'other forms are being received'),
  });

  const serve = (path: string): void => {
    const here = deps.routes.filter((route) => route.path === path);
    const at = app.route(path);
    for (const route of here) {
      const { method, takes, handler } = route;
      const answer = async (request: Request, response: Response, body: unknown): Promise<void> => {
        const { query, headers } = request;
        const caller = callerOf(response);
        const key = keys.length === 0 || caller.role === 'none' ? undefined : caller.name;
        const params = single(request.params);
        const answered = await handler({
          params,
          query,
          headers,
          body,
          client: caller.name,
          key,
          caller,
          // Few handlers ask for it, and making it for each request costs more than parsing its query.
          get closed() {
            return closeSignal(response);
          },
        });
        const misfit = findMisfitIfAsked(route, answered);
        if (misfit !== undefined) throw misfit;
        await respond(request, response, answered);
      };
      const admit: RequestHandler = (_request, response, next) => {
        response.locals['route'] = route;
        requireAccess(callerOf(response), route.access);
        next();
      };
      const handle: RequestHandler = (request, response) => answer(request, response, undefined);
      const handleBytes: RequestHandler = (request, response) => answer(request, response, bytesOf(request));
      const handleJson: RequestHandler = (request, response) => answer(request, response, parseJson(textOf(request)));
      const handleForm: RequestHandler = async (request, response) => {
        const leave = takeFormPlace(callerOf(response).name);
        try {
          await withUpload(request, VOICE_UPLOAD_LIMITS, (form) => answer(request, response, form));
        } finally {
          leave();
        }
      };
      const handleStream: RequestHandler = (request, response) => answer(request, response, request);
      if (!takesBody(route)) at[method](admit, handle);
      else if (takes === 'form') at[method](admit, handleForm);
      else if (takes === 'stream') at[method](admit, handleStream);
      else if (takes === 'bytes')
        at[method](admit, requireJson, askUpTo(maxBodyBytes), pace, readBytes(maxBodyBytes), handleBytes);
      else at[method](admit, requireJson, askUpTo(smallBytes), readText(smallBytes), refuseCostlyBody, handleJson);
    }
    const allow = here.map(({ method }) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase())).join(', ');
    at.options((_request, response) => {
      response.status(204).set({ Allow: allow, 'Cache-Control': 'no-store' });
      if (response.get('access-control-allow-origin') !== undefined)
        response.set('Access-Control-Allow-Methods', allow);
      response.end();
    });
    at.all((request, response) => {
      const error = new AppError('method_not_allowed', `${request.method}; it supports ${allow}`);
      sendProblem(request, response, error, { Allow: allow });
    });
  };
  const served = new Set<string>();
  const serveAll = (routes: readonly Route[]): void => {
    for (const { path } of routes) {
      if (!served.has(path)) serve(path);
      served.add(path);
    }
  };
  const open = deps.routes.filter(({ access }) => access === 'anybody');
  serveAll(open.filter(isUncounted));
  // Wrong keys count too, so that nobody tries many.
  const count = limitRate({
    perMinute: deps.requestsPerMinute,
    needsKey,
    nameOf(response) {
      const { name, role } = callerOf(response);
      return needsKey && role !== 'none' ? name : undefined;
    },
    isExempt: isPreflight,
  });
  app.use(count);
  serveAll(open);
  // Nobody without a key learns which other paths exist. Browsers send no key with a preflight.
  app.use((request, response, next) => {
    if (!isPreflight(request)) requireAccess(callerOf(response), 'read');
    next();
  });
  serveAll(deps.routes);

  app.use(() => {
    throw new AppError('not_found');
  });
  const log = createRequestLog({ logger: deps.logger });
  const onError: ErrorRequestHandler = (thrown: unknown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const found = toAppError(thrown);
    const error = findMisfitIfAsked(routeOf(response), problem(found)) ?? found;
    log(request, response, error, callerOf(response).name);
    return sendProblem(request, response, error);
  };
  app.use(onError);
  return app;
}
