import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MOST_FILE_BYTES, startApi, type ApiRig } from '../helpers/api-rig.ts';

let api: ApiRig;
beforeAll(async () => {
  api = await startApi({}, [
    { name: 'studio', key: 'secret', role: 'submit' },
    { name: 'board', key: 'looker', role: 'read' },
  ]);
});
afterAll(() => api.close());

const JSON_BODY = '{"task_type":"remotion_render","payload":{"timeline":{}}}';
const FORM = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nwords\r\n--x--\r\n';

interface Asked {
  method?: string;
  path?: string;
  type?: string;
  key?: string;
  bytes: number | 'chunked';
}

/** The status lines that a client gets which sends its body only after `100 Continue`. */
async function statuses({ method = 'POST', path = '/submit_task', type, key, bytes }: Asked, body = '') {
  const socket = connect(api.port, '127.0.0.1').setEncoding('utf8');
  let text = '';
  socket.on('data', (chunk: string) => {
    const isFirst = !text.includes('100 Continue');
    text += chunk;
    if (isFirst && text.includes('100 Continue')) socket.write(body);
  });
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    'Expect: 100-continue',
    `Content-Type: ${type ?? 'application/json'}`,
    bytes === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes}`,
    ...(key === undefined ? [] : [`X-API-Key: ${key}`]),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await once(socket, 'close');
  return [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
}

const form = { path: '/assets', type: 'multipart/form-data; boundary=x' };
const put = { method: 'PUT', path: '/assets/a.txt', type: 'text/plain' };

test.each<[string, Asked, number]>([
  ['without a key', { bytes: 100 }, 401],
  ['without a key, of unknown size', { bytes: 'chunked' }, 401],
  ['of a file without a key', { ...put, bytes: 100 }, 401],
  ['of a form without a key', { ...form, bytes: 100 }, 401],
  ['with a key that may not submit', { key: 'looker', bytes: 100 }, 403],
  ['that is too large', { key: 'secret', bytes: 1_000_001 }, 413],
  ['of a form that is too large', { ...form, path: '/voices', key: 'secret', bytes: 50_000_000 }, 413],
  ['of a file that is too large', { ...put, key: 'secret', bytes: MOST_FILE_BYTES + 1 }, 413],
  ['of another type', { key: 'secret', type: 'text/plain', bytes: 100 }, 415],
  ['to a place that is not there', { key: 'secret', path: '/nothing', bytes: 100 }, 404],
])('A request %s is refused before the client sends its body', async (_what, asked, status) => {
  expect(await statuses(asked)).toEqual([status]);
});

test.each<[string, Asked, string, number]>([
  ['a task', { bytes: JSON_BODY.length }, JSON_BODY, 422],
  ['a small body', { method: 'POST', path: '/tasks/cancel', bytes: 12 }, '{"all":true}', 200],
  ['a file', { ...put, bytes: 5 }, 'words', 201],
  ['a form', { ...form, bytes: FORM.length }, FORM, 201],
])('A client may send the body of %s when it may be read', async (_what, asked, body, status) => {
  expect(await statuses({ key: 'secret', ...asked }, body)).toEqual([100, status]);
});
