import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
const get = (path: string, more = 'Connection: close'): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n\r\n`;

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
    'POST /submit_task HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Encoding: lzma\r\nContent-Length: 2\r\n\r\n{}',
    415,
    'unsupported_media_type',
  ],
  [
    'a body that is not what its encoding says',
    'POST /submit_task HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}',
    400,
    'malformed_request',
  ],
  [
    'a broken chunk',
    'POST /submit_task HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    400,
    'malformed_request',
  ],
])('The answer to %s is a problem in JSON', async (_what, sent, status, code) => {
  const { head, body } = await exchange(sent);
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head.toLowerCase()).toContain('content-type: application/problem+json');
  expect(JSON.parse(body)).toMatchObject({ status, code, hint: expect.any(String) as string });
});

test.each([
  ['/health', 200, 'application/json'],
  ['/nothing', 404, 'application/problem+json'],
  ['/submit_task', 405, 'application/problem+json'],
  ['/task_status/%E0%A4%A', 400, 'application/problem+json'],
])('HEAD %s is answered with %i and the headers of %s alone', async (path, status, type) => {
  const { head, body } = await exchange(get(path).replace('GET', 'HEAD'));
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head.toLowerCase()).toContain(`content-type: ${type}`);
  expect(body).toBe('');
});
