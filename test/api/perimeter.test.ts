import { text } from 'node:stream/consumers';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { EXPOSED, TAKEN } from '../../src/api/middleware/web-pages.ts';
import { createRequestLog } from '../../src/api/middleware/log-refusals.ts';
import { createRoutes, type RouteDeps } from '../../src/api/routes.ts';
import { AppError } from '../../src/errors.ts';
import { startApi, TASK_ID, type ApiRig } from '../helpers/api-rig.ts';
import { createLines } from '../helpers/lines.ts';

const KEYS = [
  { name: 'studio', key: 's3cret' },
  { name: 'shop', key: 'an0ther' },
];
let api: ApiRig | undefined;
afterEach(() => api?.close());

const ask = async (path: string, headers: Record<string, string> = {}): Promise<Response> => {
  api ??= await startApi();
  return fetch(`${api.base}${path}`, { headers });
};
const start = async (...options: Parameters<typeof startApi>): Promise<void> => {
  await api?.close();
  api = await startApi(...options);
};
const as = (key: string) => ({ 'X-API-Key': key });

describe('The id of a request', () => {
  test('is taken from the request, and stands in the answer, in an error and in the log', async () => {
    await start();
    const [answer, error] = [
      await ask('/livez', { 'X-Request-Id': 'order-1042' }),
      await ask('/nothing', { 'X-Request-Id': 'order-1043' }),
    ];
    expect(answer.headers.get('x-request-id')).toBe('order-1042');
    expect(error.headers.get('x-request-id')).toBe('order-1043');
    expect(await error.json()).toMatchObject({ code: 'not_found', request_id: 'order-1043' });
    expect(api?.logged.join('\n')).toMatch(/GET \/nothing: 404 not_found \(client 127\.0\.0\.1, request order-1043\)/);
  });

  test.each([undefined, '', 'a b', 'a\tb', '"x"', 'x'.repeat(129), 'é'])('is made where %j came', async (sent) => {
    await start();
    const answer = await ask('/nothing', sent === undefined ? {} : { 'X-Request-Id': sent });
    const id = answer.headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await answer.json()).toMatchObject({ request_id: id });
  });

  test('is made where the request cannot be read at all', async () => {
    await start();
    const socket = connect(api?.port ?? 0, '127.0.0.1');
    socket.write('GET / NONSENSE\r\n\r\n');
    const answer = await text(socket);
    const [, id] = /X-Request-Id: ([0-9a-f-]{36})\r\n/.exec(answer) ?? [];
    expect(id).toBeDefined();
    expect(answer).toContain(`"request_id":"${id}"`);
  });

  test('stands beside a failure in the log', async () => {
    await start({ readStatus: () => Promise.reject(new Error('no disk')) });
    const answer = await ask(`/task_status/${TASK_ID}`, { 'X-Request-Id': 'night-7' });
    expect(answer.status).toBe(500);
    expect(api?.logged.join('\n')).toMatch(/ERROR - ❌ GET \/task_status\/\S+: .*no disk\) \(request night-7\)/);
  });
});

test('A flood of refusals fills a hundred lines of the log in a minute, and the rest is counted', () => {
  let time = 0;
  const { logger, said: lines } = createLines();
  const log = createRequestLog({ logger, now: () => time });
  const request = { method: 'GET', path: '/x' } as never;
  const response = { getHeader: () => 'id' } as never;
  for (let sent = 0; sent < 500; sent += 1) log(request, response, new AppError('not_found'), 'a');
  expect(lines).toHaveLength(100);
  time = 60_000;
  log(request, response, new AppError('not_found'), 'a');
  expect(lines.slice(100).join('\n')).toMatch(/400 more requests were refused[^]*GET \/x: 404/);
});

describe('Browsers are told', () => {
  test('that JSON is no page, may not be framed, and is for this origin alone', async () => {
    await start();
    for (const path of ['/livez', '/nothing']) {
      const { headers } = await ask(path);
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  test('what stands for files and for the reference', async () => {
    await start();
    const picture = await ask('/assets/picture.png');
    expect(picture.status).toBe(200);
    expect(picture.headers.get('content-security-policy')).toBeNull();
    expect(picture.headers.get('cross-origin-resource-policy')).toBe('same-site');
    expect(picture.headers.get('x-content-type-options')).toBe('nosniff');
    const page = await ask('/docs');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
  });
});

describe('The limit of requests', () => {
  test('counts each key by itself, is told in every answer, and says when to come back', async () => {
    await start({}, KEYS, { requestsPerMinute: 2 });
    const first = await ask('/queue', as('s3cret'));
    expect(first.headers.get('ratelimit-policy')).toMatch(/^"requests"; q=2; w=60; pk=:\S+:$/);
    expect(first.headers.get('ratelimit')).toMatch(/^"requests"; r=1; t=\d+$/);
    await ask('/queue', as('s3cret'));
    const refused = await ask('/queue', as('s3cret'));
    expect(refused.status).toBe(429);
    expect(refused.headers.get('content-type')).toMatch(/^application\/json/);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(await refused.json()).toMatchObject({
      code: 'rate_limited',
      retryable: true,
      detail: 'This client sends too many requests: 2 requests a minute are allowed',
    });
    expect((await ask('/queue', as('an0ther'))).status).toBe(200);
  });

  test('counts wrong keys by their address, and no key of another suffers', async () => {
    await start({}, KEYS, { requestsPerMinute: 2 });
    const tried: number[] = [];
    for (const key of ['a', 'b', 'c', 'd']) tried.push((await ask('/queue', as(key))).status);
    expect(tried).toEqual([401, 401, 429, 429]);
    expect((await ask('/queue', as('s3cret'))).status).toBe(200);
  });

  test('never refuses a supervisor, and is described wherever it exists', async () => {
    await start({}, KEYS, { requestsPerMinute: 1 });
    const { paths } = (await (await ask('/openapi.json')).json()) as {
      paths: Record<string, { get?: { responses: object } }>;
    };
    const isDescribed = (path: string): boolean => Object.hasOwn(paths[path]?.get?.responses ?? {}, 429);
    for (const path of ['/livez', '/readyz', '/health']) {
      expect(isDescribed(path)).toBe(false);
      for (let sent = 0; sent < 2; sent += 1) expect((await ask(path)).status).toBe(200);
    }
    await ask('/metrics', as('s3cret'));
    for (const path of ['/metrics', '/queue']) {
      expect(isDescribed(path)).toBe(true);
      expect((await ask(path, as('s3cret'))).status).toBe(429);
    }
  });

  test.each([
    ['for programs of this machine that need no key', [], 1],
    ['where it is switched off', KEYS, 0],
  ] as const)('does not exist %s', async (_, keys, requestsPerMinute) => {
    await start({}, keys, { requestsPerMinute });
    for (let sent = 0; sent < 3; sent += 1) {
      const answer = await ask('/queue', as('s3cret'));
      expect(answer.status).toBe(200);
      expect(answer.headers.get('ratelimit')).toBeNull();
    }
  });
});

test('A permitted page may send all headers that routes read, and read all that they answer', () => {
  const routes = createRoutes({ needsKey: false } as RouteDeps);
  const read = routes.flatMap(({ headers }) => Object.keys(headers?.shape ?? {}));
  const answered = routes.flatMap(({ answers }) =>
    Object.values(answers).flatMap(({ headers }) => Object.keys(headers ?? {})),
  );
  const missing = (names: readonly string[], known: readonly string[]) => {
    const lower = new Set(
      [...known, 'Accept', 'Content-Type', 'Content-Length', 'Last-Modified'].map((one) => one.toLowerCase()),
    );
    return names.filter((name) => !lower.has(name.toLowerCase()));
  };
  expect([read.length > 0, answered.length > 0]).toEqual([true, true]);
  expect(missing(read, TAKEN)).toEqual([]);
  expect(missing(answered, EXPOSED)).toEqual([]);
});
