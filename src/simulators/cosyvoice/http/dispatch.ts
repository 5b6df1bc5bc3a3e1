import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import { methodsOf } from '../model/methods.ts';
import { send, type Answer } from './answer.ts';
import { infer } from './inference.ts';
import { openapi } from './openapi.ts';

const notFound: Answer = { status: 404, body: { detail: 'Not Found' } };
const notAllowed = (allow: string): Answer => ({
  status: 405,
  body: { detail: 'Method Not Allowed' },
  headers: { allow },
});

const DOCS =
  '<!DOCTYPE html><html><head><title>FastAPI - Swagger UI</title></head><body><div id="swagger-ui"></div></body></html>';

function page(core: Core, path: string): Answer | undefined {
  if (path === '/openapi.json') return { status: 200, body: openapi(core.settings) };
  if (path === '/docs') return { status: 200, body: DOCS, headers: { 'content-type': 'text/html; charset=utf-8' } };
  return undefined;
}

/** Answers one request as the real server would. */
export async function dispatch(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('server', 'uvicorn');
  if (request.headers.origin !== undefined) {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-credentials', 'true');
  }
  const { pathname } = new URL(request.url ?? '/', 'http://simulator');
  const verb = request.method ?? 'GET';
  const { methods, verbs } = methodsOf(core.settings.release);
  const method = methods.find(({ name }) => pathname === `/${name}`);
  if (method !== undefined && verbs.includes(verb)) return infer(core, method, request, response);
  request.resume();
  if (method !== undefined) return send(response, notAllowed(verbs[0] ?? ''));
  const found = page(core, pathname);
  if (found === undefined) return send(response, notFound);
  return send(response, verb === 'GET' || verb === 'HEAD' ? found : notAllowed('GET, HEAD'));
}
