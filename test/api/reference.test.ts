import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi, type ApiRig } from '../helpers/api-rig.ts';

let api: ApiRig;
beforeAll(async () => void (api = await startApi({}, [{ name: 'n8n', key: 'secret' }])));
afterAll(() => api.close());

const ask = (path: string, init?: RequestInit) => fetch(`${api.base}${path}`, init);

test('GET /openapi.json needs no key and describes this API', async () => {
  const response = await ask('/openapi.json');
  expect(response.headers.get('content-type')).toMatch(/^application\/json\b/);
  expect(await response.json()).toMatchObject({ openapi: '3.1.0', paths: { '/submit_task': {}, '/docs': {} } });
});

test('GET /docs is a page all of whose parts come from this machine', async () => {
  const response = await ask('/docs');
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /);
  const page = await response.text();
  expect(page).not.toMatch(/https?:\/\//);
  const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part = '']) => part);
  expect(parts.length).toBeGreaterThan(4);
  const statuses = await Promise.all(parts.map(async (part) => (await ask(part)).status));
  expect(statuses).toEqual(parts.map(() => 200));
});

test('A file of the page may be asked for anew, with HEAD, and under no other name', async () => {
  const first = await ask('/docs/swagger-ui.css');
  const etag = first.headers.get('etag') ?? '';
  expect([first.status, first.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
  expect((await first.text()).length).toBeGreaterThan(10_000);
  expect(
    (await ask('/docs/swagger-ui.css', { headers: { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' } })).status,
  ).toBe(304);
  const head = await ask('/docs/page.js', { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect((await ask('/docs/page.js', { headers: { Range: 'bytes=0-9' } })).status).toBe(200);
  expect((await ask('/docs/swagger-ui.css', { headers: { Range: 'bytes=99999999-' } })).status).toBe(416);
  expect((await ask('/docs/constructor')).status).toBe(404);
  expect((await ask('/docs/package.json')).status).toBe(404);
  expect((await ask('/docs/..%2fpackage.json')).status).toBe(404);
});
