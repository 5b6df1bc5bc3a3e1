import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type ApiRig } from '../helpers/api-rig.ts';

const STUDIO = 'https://studio.example';
let open: ApiRig;
let keyed: ApiRig;
beforeAll(async () => {
  open = await startApi({}, [], { origins: [STUDIO], hosts: ['gpu-box.lan'] });
  keyed = await startApi({}, [{ name: 'studio', key: 's3cret' }], { origins: [STUDIO] });
});
afterAll(() => Promise.all([open.close(), keyed.close()]));

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: { code?: string; detail?: string };
}

/** `fetch` sets Host by itself. */
const ask = (api: ApiRig, method: string, path: string, headers: Record<string, string>, body = ''): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request({ port: api.port, host: '127.0.0.1', method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: (text === '' ? {} : JSON.parse(text)) as Answer['body'],
        }),
      );
    });
    sent.on('error', reject).end(body);
  });

describe('A page of another origin', () => {
  test.each([
    ['POST', '/queue/drain'],
    ['POST', '/queue/resume'],
    ['POST', '/voices'],
    ['POST', '/submit_task'],
    ['GET', '/queue'],
    ['DELETE', '/voices/anna'],
    ['PATCH', '/tasks/1'],
  ])('does nothing with %s %s, with or without keys', async (method, path) => {
    for (const [api, more] of [
      [open, {}],
      [keyed, { Authorization: 'Bearer s3cret' }],
    ] as const)
      for (const origin of ['https://evil.example', 'null', `${STUDIO}.evil.example`, 'http://studio.example']) {
        const answer = await ask(api, method, path, { Origin: origin, ...more });
        expect(answer).toMatchObject({ status: 403, body: { code: 'origin_refused' } });
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
  });

  test('gets no permission to ask', async () => {
    const answer = await ask(open, 'OPTIONS', '/submit_task', {
      Origin: 'https://evil.example',
      'Access-Control-Request-Method': 'POST',
    });
    expect(answer.status).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('A page that is allowed', () => {
  test('gets permission before it asks, even if keys are needed', async () => {
    for (const api of [open, keyed]) {
      const { status, headers } = await ask(api, 'OPTIONS', '/tasks/1', {
        Origin: STUDIO,
        'Access-Control-Request-Method': 'PATCH',
        'Access-Control-Request-Headers': 'content-type, x-api-key',
      });
      expect(status).toBe(204);
      expect(headers).toMatchObject({
        'access-control-allow-origin': STUDIO,
        'access-control-allow-methods': 'DELETE, GET, HEAD, PATCH',
        'access-control-allow-headers': expect.stringContaining('Content-Type, Idempotency-Key') as string,
        vary: 'Origin',
      });
    }
  });

  test('reads answers and errors', async () => {
    const cors = { 'access-control-allow-origin': STUDIO };
    expect(await ask(open, 'GET', '/health', { Origin: STUDIO })).toMatchObject({ status: 200, headers: cors });
    expect(await ask(keyed, 'GET', '/queue', { Origin: STUDIO })).toMatchObject({ status: 401, headers: cors });
    expect(await ask(open, 'GET', '/nothing', { Origin: STUDIO })).toMatchObject({ status: 404, headers: cors });
  });
});

test('OPTIONS is answered with the methods of a page, and needs a key like they do', async () => {
  expect(await ask(open, 'OPTIONS', '/queue', {})).toMatchObject({ status: 204, headers: { allow: 'GET, HEAD' } });
  expect(await ask(open, 'OPTIONS', '/nothing', {})).toMatchObject({ status: 404 });
  expect(await ask(keyed, 'OPTIONS', '/queue', {})).toMatchObject({ status: 401 });
});

test('A page that came from the API itself may ask it', async () => {
  const host = `localhost:${open.port}`;
  expect(await ask(open, 'GET', '/queue', { Host: host, Origin: `http://${host}` })).toMatchObject({ status: 200 });
});

describe('An API without keys', () => {
  test.each([
    'localhost',
    'LOCALHOST:8000',
    'box.localhost',
    '127.0.0.1:8000',
    '[::1]:8000',
    '10.1.2.3',
    'GPU-box.lan:80',
  ])('answers under the name %s', async (host) => {
    expect(await ask(open, 'GET', '/health', { Host: host })).toMatchObject({ status: 200 });
  });

  test.each([
    'evil.example',
    'evil.example:8000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'gpu-box.lan.evil',
    'x',
  ])('does not answer under the name %s, which a page may have been bound to it', async (host) => {
    const answer = await ask(open, 'GET', '/health', { Host: host });
    expect(answer).toMatchObject({ status: 403, body: { code: 'host_refused' } });
  });
});

test('An API with keys answers under every name: a page has no key', async () => {
  expect(await ask(keyed, 'GET', '/health', { Host: 'gpu.example' })).toMatchObject({ status: 200 });
  expect(await ask(keyed, 'GET', '/queue', { Host: 'gpu.example' })).toMatchObject({ status: 401 });
});
