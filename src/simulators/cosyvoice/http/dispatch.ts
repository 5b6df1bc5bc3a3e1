import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import { methodsOf } from '../model/methods.ts';
import { send, type Answer } from './answer.ts';
import { cors } from './cors.ts';
import { infer } from './inference.ts';
import { openapi } from './openapi.ts';

const notFound: Answer = { status: 404, body: { detail: 'Not Found' } };
const notAllowed = (allow: string): Answer => ({
  status: 405,
  body: { detail: 'Method Not Allowed' },
  headers: { allow },
});

const html = (title: string): Answer => ({
  status: 200,
  body: `<!DOCTYPE html><html><head><title>FastAPI - ${title}</title></head><body></body></html>`,
  headers: { 'content-type': 'text/html; charset=utf-8' },
});

const PAGES: Record<string, (core: Core) => Answer> = {
  '/openapi.json': ({ settings }) => ({ status: 200, body: openapi(settings) }),
  '/docs': () => html('Swagger UI'),
  '/redoc': () => html('ReDoc'),
};

/** Everything but the inference itself. */
function plainAnswer(core: Core, { method: verb = 'GET', headers }: IncomingMessage, path: string): Answer {
  const { methods, verbs } = methodsOf(core.settings.release);
  const isMethod = (name: string): boolean => methods.some((method) => `/${method.name}` === name);
  // FastAPI has a route for each verb; the one that was declared first answers.
  if (isMethod(path)) return notAllowed(verbs.at(-1) ?? '');
  const page = PAGES[path];
  if (page !== undefined) return verb === 'GET' || verb === 'HEAD' ? page(core) : notAllowed('GET, HEAD');
  const bare = path.replace(/\/$/, '');
  if (bare === path || !(isMethod(bare) || bare in PAGES)) return notFound;
  return { status: 307, headers: { location: `http://${headers.host}${bare}` } };
}

/** Answers one request as the real server would. */
export async function dispatch(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('server', 'uvicorn');
  const preflight = cors(request, response);
  const { pathname } = new URL(request.url ?? '/', 'http://simulator');
  const { methods, verbs } = methodsOf(core.settings.release);
  const method = methods.find(({ name }) => pathname === `/${name}`);
  if (method !== undefined && verbs.includes(request.method ?? '')) return infer(core, method, request, response);
  request.resume();
  return send(response, preflight ?? plainAnswer(core, request, pathname));
}
