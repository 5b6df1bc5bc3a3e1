import { writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { startFilmServer, type FilmServer } from '../../../../src/drivers/remotion/page/film-server.ts';
import type { FrameRequest } from '../../../../src/drivers/remotion/page/frame-request.ts';
import { isLoopback, listeningSockets, openToOthers } from '../../../helpers/listening-sockets.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';

const ODD = '/public/assets/奇怪 #1 & 100%?/图 片 %23 + "x".png';
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** A server with a page, a clip and an asset of an odd name, beside which lies a file that the film does not use. */
async function rig() {
  const folder = await scratchFolder();
  const file = (name: string): string => path.join(folder, name);
  await Promise.all([
    writeFile(file('index.html'), '<p>page'),
    writeFile(file('clip.mp4'), '0123456789'),
    writeFile(file('odd'), 'odd'),
    writeFile(file('secret.png'), 'secret'),
  ]);
  const asked: FrameRequest[] = [];
  const server = await startFilmServer((frame) => {
    asked.push(frame);
    return frame.time > 100 ? Promise.reject(new Error('the film is over')) : Promise.resolve(PNG);
  });
  onTestFinished(() => server.close());
  server.serve(
    new Map([
      ['/index.html', file('index.html')],
      ['/public/assets/clip.mp4', file('clip.mp4')],
      [ODD, file('odd')],
    ]),
  );
  return { server, asked, folder };
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Asks the server as anybody of this machine could. */
const ask = (
  { port, origin }: FilmServer,
  url: string,
  { host = new URL(origin).host, method = 'GET', headers = {} } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path: url, method, headers: { ...headers, Host: host } },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts).toString() }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });

const proxy = (src: string, more = '&time=1.5&transparent=true&toneMapped=false'): string =>
  `/proxy?src=${encodeURIComponent(src)}${more}`;

test('The page gets its own files, whole and in ranges, whatever they are called', async () => {
  const { server } = await rig();
  expect(await ask(server, '/index.html')).toMatchObject({
    status: 200,
    body: '<p>page',
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
  const range = await ask(server, '/public/assets/clip.mp4', { headers: { Range: 'bytes=2-4' } });
  expect(range).toMatchObject({ status: 206, body: '234', headers: { 'content-range': 'bytes 2-4/10' } });
  expect(await ask(server, '/public/assets/clip.mp4', { headers: { Range: 'bytes=10-' } })).toMatchObject({
    status: 416,
  });
  const odd = ODD.split('/').map(encodeURIComponent).join('/');
  expect(await ask(server, odd)).toMatchObject({ status: 200, body: 'odd' });
});

test('It listens on loopback alone', async () => {
  const { server } = await rig();
  expect(listeningSockets([process.pid]).filter(({ port }) => port === server.port)).toMatchObject([
    { address: '127.0.0.1' },
  ]);
  const others = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).filter(({ internal }) => !internal));
  for (const { address } of others) {
    const answer = await new Promise((resolve) => {
      connect({ host: address, port: server.port })
        .on('error', resolve)
        .on('connect', () => resolve('connected'));
    });
    expect(answer).toBeInstanceOf(Error);
  }
});

test.each([
  ['0.0.0.0', false],
  ['::', false],
  ['127.0.0.1', true],
  ['::1', true],
])('The socket search of the tests finds one on %s', async (host, loopback) => {
  const server = createServer().listen(0, host);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const found = listeningSockets([process.pid]).filter((socket) => socket.port === port);
  expect(found.map(({ address }) => address)).toEqual([host]);
  expect(found.map(isLoopback)).toEqual([loopback]);
  expect(openToOthers(found).length).toBe(loopback ? 0 : 1);
});

test.each([
  ['localhost', ''],
  ['127.0.0.1', ''],
  ['[::1]', ''],
  ['', ''],
  ['rebound.example', ''],
  ['00000000000000000000000000000000.localhost', ''],
])('A request under the name "%s" is refused, even from its own page', async (name) => {
  const { server } = await rig();
  for (const host of [name, `${name}:${server.port}`])
    for (const url of ['/index.html', '/public/assets/clip.mp4', '/proxy', '/'])
      expect(await ask(server, url, { host })).toMatchObject({ status: 403, body: '' });
});

test('Each server has its own name, which cannot be guessed', async () => {
  const [{ server: one }, { server: other }] = await Promise.all([rig(), rig()]);
  expect(new URL(one.origin).hostname).toMatch(/^[\da-f]{32}\.localhost$/);
  expect(new URL(one.origin).hostname).not.toBe(new URL(other.origin).hostname);
});

test.each([
  '/public/assets/secret.png',
  '/secret.png',
  '/public/assets/',
  '/public/assets/../secret.png',
  '/public/assets/%2e%2e/secret.png',
  '/public/assets/..%2fsecret.png',
  '/public/assets/clip.mp4/../secret.png',
  '/public/assets/clip.mp4%00.png',
  '//etc/passwd',
  '/public/assets//etc/passwd',
  '/%',
  '/proxy?src=file:///etc/passwd&time=0',
  '*',
])('A request for "%s" gets nothing, even under the right name', async (url) => {
  const { server } = await rig();
  expect(await ask(server, url)).toMatchObject({ status: 404, body: '' });
});

test('Nothing is served before and after a film, and only reading is understood', async () => {
  const { server } = await rig();
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    expect((await ask(server, '/index.html', { method })).status).toBe(403);
  server.serve(new Map());
  expect((await ask(server, '/index.html')).status).toBe(404);
});

test('A picture of a film of this page is taken, in the words of Remotion’s page', async () => {
  const { server, asked, folder } = await rig();
  const host = `localhost:${server.port}`;
  const answer = await ask(server, proxy(`${server.origin}/public/assets/clip.mp4`), { host });
  expect(answer).toMatchObject({
    status: 200,
    headers: { 'content-type': 'image/png', 'access-control-allow-origin': server.origin },
  });
  const file = path.join(folder, 'clip.mp4');
  expect(asked).toEqual([{ file, time: 1.5, transparent: true, toneMapped: false }]);
  const late = proxy(`${server.origin}/public/assets/clip.mp4`, '&time=101');
  expect(await ask(server, late, { host })).toMatchObject({ status: 500, body: '' });
});

test('Nothing else can be extracted or fetched', async () => {
  const { server, asked } = await rig();
  const { origin, port } = server;
  const host = `localhost:${port}`;
  const refused = [
    '/proxy',
    '/proxy?',
    '/proxy?src=',
    proxy(`${origin}/public/assets/secret.png`),
    proxy(`http://localhost:${port}/public/assets/clip.mp4`),
    proxy(`http://127.0.0.1:${port}/public/assets/clip.mp4`),
    proxy(`${origin}.example/public/assets/clip.mp4`),
    proxy('http://127.0.0.1:6379/'),
    proxy('file:///etc/passwd'),
    proxy('/etc/passwd'),
    proxy('data:application/x-mpegURL,%23EXTM3U'),
    proxy(`${origin}/public/assets/clip.mp4`, ''),
    proxy(`${origin}/public/assets/clip.mp4`, '&time=NaN'),
    proxy(`${origin}/public/assets/clip.mp4`, '&time=-1'),
    '/index.html',
    `/other/proxy?src=${encodeURIComponent(`${origin}/public/assets/clip.mp4`)}&time=1`,
  ];
  for (const url of refused)
    expect({ url, ...(await ask(server, url, { host })) }).toMatchObject({ status: 403, body: '' });
  expect(asked).toEqual([]);
});

test('No request crashes the server', async () => {
  const { server } = await rig();
  const printable = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)) });
  const hosts = fc.constantFrom(new URL(server.origin).host, `localhost:${server.port}`, 'elsewhere');
  await fc.assert(
    fc.asyncProperty(printable, hosts, fc.constantFrom('/', '/proxy?src=', '/proxy'), async (text, host, start) => {
      const { status } = await ask(server, `${start}${text}`, { host });
      expect([400, 403, 404]).toContain(status);
    }),
    { numRuns: 300 },
  );
  // Not even HTTP.
  await new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: server.port })
      .on('close', resolve)
      .on('error', () => undefined);
    socket.end('\0\0 nonsense\r\n\r\n');
  });
  expect((await ask(server, '/index.html')).status).toBe(200);
});
