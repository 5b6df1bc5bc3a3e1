import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { splitAddress, withAuthorization, withQuery } from '../../src/contracts/engine-address.ts';
import { createHttp as createComfyuiHttp } from '../../src/drivers/comfyui/client/http.ts';
import { createCosyvoiceHttp } from '../../src/drivers/cosyvoice/http.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test.each([
  ['http://user:secret@host:1/comfy/', 'http://host:1/comfy', '', basic('user:secret')],
  ['http://user:p%40s%3As@host', 'http://host', '', basic('user:p@s:s')],
  ['http://user@host', 'http://host', '', basic('user:')],
  ['http://:secret@host', 'http://host', '', basic(':secret')],
  ['http://us%er:secret@host', 'http://host', '', basic('us%er:secret')],
  ['http://host/?token=abc', 'http://host', '?token=abc', undefined],
  ['http://host/?', 'http://host', '', undefined],
  ['http://host', 'http://host', '', undefined],
])('%s is split into its parts', (address, url, query, authorization) => {
  expect(splitAddress(address)).toEqual({ url, query, authorization });
});

test('Headers that name credentials count more than the address, however they are written', () => {
  expect(withAuthorization({ AUTHORIZATION: 'Bearer x' }, 'Basic y')).toEqual({ AUTHORIZATION: 'Bearer x' });
  expect(withAuthorization({ 'X-A': '1' }, 'Basic y')).toEqual({ 'X-A': '1', authorization: 'Basic y' });
});

test('A query is joined to a page that has one', () => {
  expect(withQuery('http://host/view?a=1', '?token=x')).toBe('http://host/view?a=1&token=x');
  expect(withQuery('http://host/view', '?token=x')).toBe('http://host/view?token=x');
});

test('Both drivers send the credentials and the query of an address, and show neither', async () => {
  const asked: (string | undefined)[][] = [];
  const server = createServer((request, response) => {
    asked.push([request.url, request.headers.authorization]);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const url = `http://user:secret@127.0.0.1:${port}/engine/?token=abc`;
  const comfyui = createComfyuiHttp({ url });
  await comfyui.send('GET', '/view?a=1', { timeout: 1000 });
  await createCosyvoiceHttp({ url }).get('/openapi.json', AbortSignal.timeout(1000));
  expect(asked).toEqual([
    ['/engine/view?a=1&token=abc', basic('user:secret')],
    ['/engine/openapi.json?token=abc', basic('user:secret')],
  ]);
  expect(comfyui.shown).toBe(`http://127.0.0.1:${port}/engine`);
  expect(comfyui.socketUrl('/ws?clientId=1')).toBe(`ws://127.0.0.1:${port}/engine/ws?clientId=1&token=abc`);
});
