import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { allowSlowBody, createHttpServer, stopServer } from '../../src/api/http-server.ts';
import { startApi, type ApiRig } from '../helpers/api-rig.ts';

let api: ApiRig;
beforeAll(async () => void (api = await startApi()));
afterAll(() => api.close());

/** Sends bytes as they are; gives the head and the body of the answer. */
async function exchange(sent: string): Promise<{ head: string; body: string }> {
  const socket = connect(api.port, '127.0.0.1').setEncoding('utf8');
  let text = '';
  socket.on('data', (chunk: string) => (text += chunk));
  socket.write(sent);
  await once(socket, 'close');
  const end = text.indexOf('\r\n\r\n');
  return { head: text.slice(0, end), body: text.slice(end + 4) };
}
const get = (path: string, more = 'Connection: close'): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n\r\n`;

test.each([
  ['an address longer than Node reads', get(`/task_status/${'a'.repeat(20_000)}`), 431, 'headers_too_large'],
  ['a header longer than Node reads', get('/health', `X-Long: ${'a'.repeat(20_000)}`), 431, 'headers_too_large'],
  ['bytes that are no HTTP', 'hello\r\n\r\n', 400, 'malformed_request'],
  ['a header without a colon', get('/health', 'nonsense'), 400, 'malformed_request'],
  ['two lengths of the body', get('/health', 'Content-Length: 1\r\nContent-Length: 2'), 400, 'malformed_request'],
  ['a broken escape in a path', get('/task_status/%E0%A4%A'), 400, 'malformed_request'],
  ['a broken escape in another path', get('/voices/%'), 400, 'malformed_request'],
  ['a page that is not there', get('/%'), 404, 'not_found'],
  ['an expectation that nobody knows', get('/nothing', 'Expect: more\r\nConnection: close'), 404, 'not_found'],
  ['no host', 'GET /nothing HTTP/1.1\r\nConnection: close\r\n\r\n', 404, 'not_found'],
  [
    'a body in an unknown encoding',
    'POST /submit_task HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Encoding: lzma\r\nContent-Length: 2\r\n\r\n{}',
    415,
    'unsupported_media_type',
  ],
  [
    'a body that is not what its encoding says',
    'POST /submit_task HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}',
    400,
    'malformed_request',
  ],
  [
    'a broken chunk',
    'POST /submit_task HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    400,
    'malformed_request',
  ],
])('The answer to %s is a problem in JSON', async (_what, sent, status, code) => {
  const { head, body } = await exchange(sent);
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head.toLowerCase()).toContain('content-type: application/json');
  expect(JSON.parse(body)).toMatchObject({ status, code, hint: expect.any(String) as string });
});

test.each([
  ['/health', 200, 'application/json'],
  ['/nothing', 404, 'application/json'],
  ['/submit_task', 405, 'application/json'],
  ['/task_status/%E0%A4%A', 400, 'application/json'],
])('HEAD %s is answered with %i and only the headers of %s', async (path, status, type) => {
  const { head, body } = await exchange(get(path).replace('GET', 'HEAD'));
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head.toLowerCase()).toContain(`content-type: ${type}`);
  expect(body).toBe('');
});

const post = (path: string, headers: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const FILM = JSON.stringify({ task_type: 'remotion_render', payload: { timeline: { durationInFrames: 30 } } });

test.each([
  'application/json; charset=utf8',
  'application/json;charset="UTF-8"',
  'application/json; charset=us-ascii',
  'application/JSON; Charset=ASCII',
  'text/json',
  'text/json; charset=utf8',
  'application/vnd.studio+json',
  'application/x-json',
])('JSON that is called %s is taken', async (type) => {
  const { head } = await exchange(post('/submit_task', `Content-Type: ${type}`, FILM));
  expect(head).toMatch(/^HTTP\/1.1 200 /);
});

test.each([
  'application/json; charset=iso-8859-1',
  'application/json; charset=gbk',
  'text/plain',
  'text/html',
  ';;',
  'json',
])('A body that is called %s is refused', async (type) => {
  const { head, body } = await exchange(post('/submit_task', `Content-Type: ${type}`, FILM));
  expect(head).toMatch(/^HTTP\/1.1 415 /);
  expect(body).toContain('unsupported_media_type');
  if (type.includes('charset')) expect(body).toContain('JSON must be encoded in UTF-8');
});

test('A body that inflates beyond the limit is refused', async () => {
  for (const [encoding, pack] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const) {
    const response = await fetch(`${api.base}/submit_task`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': encoding },
      body: pack(Buffer.alloc(50_000_000, ' ')),
    });
    expect(response.status).toBe(413);
    const small = await fetch(`${api.base}/submit_task`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': encoding },
      body: pack(Buffer.from(FILM)),
    });
    expect(small.status).toBe(200);
  }
});

test.each(['null', '[]', '"text"', '7', 'true', '{"priority": []}', '[[]]', '{"__proto__": {}}'])(
  'Every page that takes JSON refuses the body %s, or says that there is no such task',
  async (body) => {
    for (const [method, path] of [
      ['POST', '/submit_task'],
      ['POST', '/submit_pipeline'],
      ['PATCH', '/tasks/0b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11'],
      ['POST', '/queue/pause'],
    ] as const) {
      const headers = { 'Content-Type': 'application/json' };
      const response = await fetch(`${api.base}${path}`, { method, headers, body });
      expect([path, response.status]).toEqual([path, 422]);
      expect(await response.json()).toMatchObject({ code: 'invalid_request' });
    }
  },
);

test('An idle connection is kept for longer than proxies keep theirs, and a stop ends it at once', async () => {
  const other = createHttpServer((_request, response) => void response.end('{}')).listen(0, '127.0.0.1');
  await once(other, 'listening');
  expect(other.keepAliveTimeout).toBeGreaterThan(65_000);
  const { port } = other.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const closed = once(socket, 'close');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');
  await stopServer(other, 60_000);
  await closed;
});

test('A stop waits for an answer that is under way, and then for nothing', async () => {
  const other = createHttpServer(() => undefined).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const asked = once(other, 'request');
  const answer = fetch(`http://127.0.0.1:${port}/`);
  const [, response] = (await asked) as [unknown, ServerResponse];
  const stopped = stopServer(other, 60_000);
  response.end('whole');
  expect(await (await answer).text()).toBe('whole');
  await stopped;
});

test('A request that hangs when a stop has waited long enough is cut off', async () => {
  const other = createHttpServer(() => undefined).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const asked = once(other, 'request');
  const answer = fetch(`http://127.0.0.1:${port}/`).catch(() => 'cut');
  await asked;
  await stopServer(other, 50);
  expect(await answer).toBe('cut');
});

test('A body that does not come in time is answered with 408, unless its handler lets it take longer', async () => {
  const server = createHttpServer(
    (request, response) => {
      if (request.url === '/slow') allowSlowBody(request);
      request.resume().once('end', () => response.end('read'));
    },
    { bodyMs: 50 },
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => stopServer(server, 0));
  const begin = (path: string) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setEncoding('utf8');
    const all = textOf(socket);
    socket.write(`PUT ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 4\r\n\r\nha`);
    return { socket, all };
  };
  const slow = begin('/slow');
  expect(await begin('/late').all).toMatch(/^HTTP\/1\.1 408 [\s\S]*"request_timeout"/);
  slow.socket.write('lf');
  expect(await slow.all).toMatch(/^HTTP\/1\.1 200 [\s\S]*read$/);
});
