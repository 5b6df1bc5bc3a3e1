import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Core } from '../core.ts';
import { BodyTooLarge, readBody } from './body.ts';
import { infoRoutes } from './info.ts';
import { cancelRoutes, jobRoutes } from './jobs.ts';
import { comesFromElsewhere } from './origin-guard.ts';
import { promptRoutes } from './prompt.ts';
import { historyRoutes, queueRoutes } from './queue.ts';
import { empty, send, serverError, trickle, type Answer, type Route } from './route.ts';
import { uploadRoutes } from './upload.ts';
import { viewRoutes } from './view.ts';

const ROUTES = [...promptRoutes, ...queueRoutes, ...historyRoutes, ...viewRoutes, ...uploadRoutes, ...infoRoutes];

/** Every route also works with `/api` in front; those of jobs only so. */
function routesFor(core: Core, path: string): [routes: Route[], rest: string] {
  if (!path.startsWith('/api/')) return [ROUTES, path];
  const { jobs, cancelRoutes: cancels } = core.behaviour;
  return [[...ROUTES, ...(cancels ? cancelRoutes : []), ...(jobs ? jobRoutes : [])], path.slice('/api'.length)];
}

async function answer(core: Core, request: IncomingMessage, response: ServerResponse): Promise<Answer | 'handled'> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  if (comesFromElsewhere(request)) return empty(403);
  const [routes, path] = routesFor(core, url.pathname);
  const matching = routes.filter((route) => route.path.test(path));
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const route = matching.find((one) => one.method === method);
  if (route === undefined)
    return matching.length === 0
      ? { status: 404, headers: { 'Content-Type': 'application/octet-stream' } }
      : { status: 405, body: '405: Method Not Allowed' };
  const body = await readBody(request, core.settings.maxUploadBytes);
  const params = (route.path.exec(path) ?? []).slice(1).map((part) => decodeURIComponent(part));
  return route.handle({ core, request, response, url, params, body });
}

function withBareNumbers(given: Answer): Answer {
  if (typeof given.body !== 'object' || Buffer.isBuffer(given.body)) return given;
  return { ...given, body: Buffer.from(JSON.stringify(given.body).replaceAll('"NaN"', 'NaN')) };
}

/** Answers one request as the real server would, or as the faults say. */
export async function dispatch(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { faults } = core;
  if (faults.answerDelayMs > 0) await sleep(faults.answerDelayMs);
  if (faults.badGateway) {
    request.resume();
    send(response, { status: 502, body: '502 Bad Gateway' });
    return;
  }
  const { pathname } = new URL(request.url ?? '/', 'http://simulator');
  const matches = (path: string): boolean => pathname.startsWith(path);
  if (faults.trickles.some(matches)) return trickle(response);
  const strange = Object.entries(faults.strangeAnswers).find(([path]) => matches(path));
  if (strange !== undefined) return send(response, { status: 200, body: strange[1] });
  try {
    const given = await answer(core, request, response);
    if (given !== 'handled') send(response, faults.bareNumbers ? withBareNumbers(given) : given);
  } catch (error) {
    request.resume();
    // Python's answer to an uncaught exception.
    send(response, error instanceof BodyTooLarge ? { status: 413, body: error.message } : serverError());
  }
}
