import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { MOST_FETCHING, type Fetched } from '../../src/sources/source-fetcher.ts';
import { sweepFetched } from '../../src/sources/sweep-fetched.ts';
import { encodePng } from '../helpers/png.ts';
import { CERTIFICATE, startFetcher, startSource } from '../helpers/source-server.ts';
import { encodeWav } from '../helpers/wav.ts';

const png = encodePng(2, 2, new Uint8Array(12).fill(7));
const wav = encodeWav([new Float32Array(100)], 8000);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const CLIENT = { client: 'test' };

const sendPng: RequestListener = (_request, response) => void response.end(png);

/** `source_refused: localhost is not …` */
const told = (fetched: Fetched | undefined): string =>
  fetched !== undefined && 'error' in fetched ? `${fetched.error.code}: ${fetched.error.message}` : 'no error';

/** What comes of one address. */
async function fetchFrom(
  answer: RequestListener,
  options: Parameters<typeof startFetcher>[0] = {},
  below = '/fox.png',
) {
  const [{ base, asked }, { fetcher, root }] = [await startSource(answer), await startFetcher(options)];
  const [found] = await fetcher.fetch([{ address: `${base}${below}` }], CLIENT);
  return { found, asked, root, base };
}

/** Files that are left, without those in their final places. */
async function leftovers(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && !entry.parentPath.endsWith('fetched')).map(({ name }) => name);
}

test('What an address leads to is kept by its content, once', async () => {
  const [{ base, asked }, { fetcher, root }] = [await startSource(sendPng), await startFetcher()];
  const file = `fetched/${sha256(png)}.png`;
  const [first] = await fetcher.fetch([{ address: `${base}/fox.png` }], CLIENT);
  expect(first).toEqual({ path: file, kind: 'image' });
  expect(await readFile(path.join(root, file))).toEqual(png);

  const long = new Date('2026-01-01T00:00:00Z');
  await utimes(path.join(root, file), long, long);
  const { ino } = await stat(path.join(root, file));
  const again = await fetcher.fetch([{ address: `${base}/hare.jpg?x` }, { bytes: png, extension: 'gif' }], CLIENT);
  expect(again).toEqual([first, first]);
  expect(asked).toEqual(['/fox.png', '/hare.jpg?x']);
  expect(await readdir(path.join(root, 'fetched'))).toEqual([path.basename(file)]);
  const now = await stat(path.join(root, file));
  expect(now.ino).toBe(ino);
  expect(now.mtime.getTime()).toBeGreaterThan(long.getTime());
  expect(await leftovers(root)).toEqual([]);
});

test('The bytes decide the extension; the address or the type decides between those that they allow', async () => {
  const mp4 = Buffer.from('\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom\0\0\0\0', 'latin1');
  const answers: Record<string, [Buffer, string?]> = {
    '/a.exe': [png],
    '/speech': [wav, 'text/html'],
    '/a.m4a': [mp4],
    '/b': [mp4, 'audio/mp4'],
    '/c': [mp4],
    '/lines.vtt': [Buffer.from('WEBVTT\n')],
    '/lines': [Buffer.from('1\n00:00:00,000 --> 00:00:01,000\nHi\n'), 'application/x-subrip; charset=utf-8'],
    '/x.html': [Buffer.from('just words')],
    '/thing.glb': [Buffer.from('glTF\x02\0\0\0', 'latin1')],
  };
  const { base } = await startSource(({ url = '' }, response) => {
    const [bytes, type] = answers[url] ?? [png];
    response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(bytes);
  });
  const { fetcher } = await startFetcher();
  const found = await fetcher.fetch(
    Object.keys(answers).map((one) => ({ address: base + one })),
    CLIENT,
  );
  expect(found.map((one) => ('path' in one ? `${path.extname(one.path)} ${one.kind}` : told(one)))).toEqual([
    '.png image',
    '.wav audio',
    '.m4a audio',
    '.m4a audio',
    '.mp4 video',
    '.vtt text',
    '.srt text',
    '.txt text',
    '.glb 3d',
  ]);
});

test.each<[string, RequestListener, string]>([
  ['404', (_request, response) => void response.writeHead(404).end('no'), 'source_unreachable: .* answered 404'],
  ['500', (_request, response) => void response.writeHead(500).end('no'), 'source_unreachable: .* answered 500'],
  ['204', (_request, response) => void response.writeHead(204).end(), 'source_unreachable: .* answered 204'],
  ['nothing', (_request, response) => void response.end(), 'source_type_refused: .*it is empty'],
  [
    'a page',
    (_request, response) => void response.end('<!doctype html><title>Log in</title>'),
    'source_type_refused: .*it is a web page',
  ],
  [
    'a bomb',
    (_request, response) =>
      void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000))),
    'source_type_refused: .*compressed \\(gzip\\)',
  ],
  [
    'too large by its header',
    (_request, response) => void response.writeHead(200, { 'content-length': 2_000_000 }).write('x'),
    'source_too_large: .*1000000 bytes',
  ],
  [
    'a body without an end',
    (request, response) => {
      const more = (): void => {
        while (!request.socket.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    },
    'source_too_large: .*1000000 bytes',
  ],
  [
    'less than announced',
    (_request, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('x');
      setImmediate(() => response.destroy());
    },
    'source_unreachable: .*: the connection broke off',
  ],
  [
    'a connection that ends',
    (request) => void request.socket.destroy(),
    'source_unreachable: .*: the connection broke off',
  ],
  [
    'headers without an end',
    (_request, response) => void response.setHeader('x', 'x'.repeat(60_000)).end(),
    'source_unreachable: .*: the headers of its answer are too long',
  ],
  [
    'a redirect to nowhere',
    (_request, response) => void response.writeHead(302).end(),
    'source_unreachable: .*answered 302 without an address',
  ],
  [
    'a circle',
    (_request, response) => void response.writeHead(302, { location: '/again' }).end(),
    'source_unreachable: .*more than 5 redirects',
  ],
  [
    'a redirect to a file of this machine',
    (_request, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    'source_refused: .*expected an https:// address',
  ],
])('%s is refused and leaves nothing', async (_what, answer, expected) => {
  const { found, root } = await fetchFrom(answer);
  expect(told(found)).toMatch(new RegExp(`^${expected}`));
  expect(await leftovers(root)).toEqual([]);
  await expect(readdir(path.join(root, 'fetched'))).rejects.toThrow('ENOENT');
});

test('More than announced is not taken', async () => {
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more'));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { fetcher, root } = await startFetcher();
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.txt`;
  const [found] = await fetcher.fetch([{ address }], CLIENT);
  if (found !== undefined && 'path' in found) expect(await readFile(path.join(root, found.path), 'utf8')).toBe('hello');
  else expect(told(found)).toMatch(/^source_unreachable/);
});

test('A source that sends a little now and then does not hold a request for ever', async () => {
  const dripping: RequestListener = (_request, response) => {
    response.writeHead(200).write('x');
    const drip = setInterval(() => response.write('x'), 50);
    response.on('close', () => clearInterval(drip));
  };
  const { found, root } = await fetchFrom(dripping, { seconds: 1 });
  expect(told(found)).toMatch(/^source_unreachable: .*not all of it came within 1 s/);
  expect(await leftovers(root)).toEqual([]);
});

test('One that takes the request and never answers does not either', async () => {
  const { found } = await fetchFrom(() => undefined, { seconds: 1 });
  expect(told(found)).toMatch(/^source_unreachable: .*within 1 s/);
});

test('Redirects are followed a few times, and credentials stay with their origin', async () => {
  const seen: (string | undefined)[] = [];
  const other = await startSource((request, response) => {
    seen.push(request.headers.authorization);
    response.end(png);
  });
  const first = await startSource(({ url, headers }, response) => {
    seen.push(headers.authorization);
    response.writeHead(url === '/a' ? 307 : 301, { location: url === '/a' ? '/b' : `${other.base}/c.png` }).end();
  });
  const { fetcher } = await startFetcher();
  const [found] = await fetcher.fetch([{ address: `${first.base.replace('//', '//me:s%20cret@')}/a` }], CLIENT);
  expect(found).toMatchObject({ kind: 'image' });
  const own = `Basic ${btoa('me:s cret')}`;
  expect(seen).toEqual([own, own, undefined]);
});

test('Nothing in an error tells the credentials of an address', async () => {
  const [{ base }, { fetcher }] = [
    await startSource((_request, response) => void response.writeHead(403).end()),
    await startFetcher(),
  ];
  const [found] = await fetcher.fetch([{ address: `${base.replace('//', '//me:hush@')}/a?token=hush#hush` }], CLIENT);
  expect(told(found)).toMatch(/answered 403$/);
  expect(told(found)).not.toContain('hush');
});

test('Without the setting, no private address is asked, whatever its name, and none without TLS', async () => {
  const [source, plain] = [await startSource(sendPng), await startSource(sendPng, { plain: true })];
  const { fetcher } = await startFetcher({
    allowPrivate: false,
    agent: {
      resolve: (_name, _options, answer) => answer(null, [{ address: '::ffff:127.0.0.1', family: 6 }]),
    },
  });
  const hosts = ['localhost', '127.0.0.1', '0x7f.1', '[::1]', '[::ffff:7f00:1]', '169.254.169.254', 'inside.example'];
  const found = await fetcher.fetch(
    [
      ...hosts.map((host) => ({ address: `https://${host}:${source.port}/fox.png` })),
      { address: `${plain.base}/fox.png` },
    ],
    CLIENT,
  );
  for (const one of found.slice(0, -1))
    expect(told(one)).toMatch(/^source_refused: .* does not lead to a public address$/);
  expect(told(found.at(-1))).toMatch(/^source_refused: .*expected an https:\/\/ address; localhost:\d+ has http:\/\/$/);
  expect([...source.asked, ...plain.asked]).toEqual([]);
});

test('Nobody learns from an error which names a private network has', async () => {
  const { fetcher } = await startFetcher({
    allowPrivate: false,
    agent: {
      resolve: (name, _options, answer) =>
        name.startsWith('inside')
          ? answer(null, [{ address: '10.0.0.5', family: 4 }])
          : answer(Object.assign(new Error(name), { code: 'ENOTFOUND' }), []),
    },
  });
  const found = await fetcher.fetch(
    ['inside', 'nobody'].map((name) => ({ address: `https://${name}.example/fox.png` })),
    CLIENT,
  );
  const [inside, nobody] = found.map(told);
  expect(inside).toMatch(/^source_refused: .*: inside\.example does not lead to a public address$/);
  expect(nobody?.replace('nobody', 'inside')).toBe(inside);
});

test('A public address that leads on to a private one is not followed', async () => {
  const [inside, outside] = [
    await startSource(sendPng),
    await startSource(({ url }, response) => {
      const hosts = ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', 'inside.example'];
      const location = `https://${hosts[Number(url?.slice(1))]}:${inside.port}/fox.png`;
      response.writeHead(302, { location }).end();
    }),
  ];
  const { fetcher } = await startFetcher({
    allowPrivate: false,
    agent: {
      ca: CERTIFICATE,
      // 127.0.0.1 stands for a public address, and only the name outside.example has it.
      isAllowed: (address) => address === '127.0.0.1',
      resolve: (name, _options, answer) =>
        answer(null, [{ address: name === 'outside.example' ? '127.0.0.1' : '127.0.0.2', family: 4 }]),
    },
  });
  const found = await fetcher.fetch(
    [0, 1, 2, 3].map((place) => ({ address: `https://outside.example:${outside.port}/${place}` })),
    CLIENT,
  );
  expect(outside.asked.toSorted()).toEqual(['/0', '/1', '/2', '/3']);
  for (const one of found) expect(told(one)).toMatch(/^source_refused: .* does not lead to a public address$/);
  expect(inside.asked).toEqual([]);
});

test('With the setting, http:// and redirects to it are allowed', async () => {
  const plain = await startSource(sendPng, { plain: true });
  const { found } = await fetchFrom((_request, response) => {
    response.writeHead(302, { location: `${plain.base}/fox.png` }).end();
  });
  expect(found).toMatchObject({ kind: 'image' });
});

test('A certificate that is not valid and a port without a server are told', async () => {
  const source = await startSource(sendPng);
  const { fetcher } = await startFetcher({ agent: {} });
  const found = await fetcher.fetch([{ address: `${source.base}/a` }, { address: 'https://127.0.0.1:1/a' }], CLIENT);
  expect(told(found[0])).toMatch(/^source_unreachable: .*localhost:\d+: its certificate is not valid/);
  expect(told(found[1])).toMatch(/^source_unreachable: .*127\.0\.0\.1:1: it refused the connection$/);
});

test('All addresses of a request together have one limit', async () => {
  const { base } = await startSource(({ url = '' }, response) => {
    response.end(Buffer.concat([png, Buffer.alloc(400_000, url)]));
  });
  const { fetcher } = await startFetcher();
  const found = await fetcher.fetch(
    ['/1', '/2', '/3', '/4'].map((one) => ({ address: base + one })),
    CLIENT,
  );
  const errors = found.filter((one) => 'error' in one);
  expect(errors.length).toBeGreaterThanOrEqual(2);
  for (const error of errors) expect(told(error)).toMatch(/^source_too_large/);
});

test('The operator can switch fetching off; files in requests are still taken', async () => {
  const { fetcher } = await startFetcher({ mostBytes: 0 });
  const found = await fetcher.fetch(
    [{ address: 'https://127.0.0.1:1/a.png' }, { bytes: png, extension: undefined }],
    CLIENT,
  );
  expect(told(found[0])).toMatch(/^source_refused: .*MAX_FETCH_MB=0/);
  expect(found[1]).toMatchObject({ kind: 'image' });
});

test('A full disk and a missing folder end the request', async () => {
  const { base } = await startSource(sendPng);
  const full = await startFetcher({ reserveBytes: Number.MAX_SAFE_INTEGER });
  await expect(full.fetcher.fetch([{ address: base }], CLIENT)).rejects.toMatchObject({ code: 'insufficient_storage' });
  const away = await startFetcher({ assets: { root: path.join(full.root, 'away'), aliases: [] } });
  await expect(away.fetcher.fetch([{ address: base }], CLIENT)).rejects.toMatchObject({
    code: 'asset_folder_unavailable',
  });
});

test('One client has a few requests at once, and all clients together some more; then they are busy', async () => {
  const { base } = await startSource(() => undefined);
  const { fetcher } = await startFetcher();
  const leave = new AbortController();
  const { signal } = leave;
  const ask = (client: string) =>
    fetcher.fetch([{ address: base }], { client, signal }).catch((error: { code?: string; name: string }) => error);
  const { all, ofClient } = MOST_FETCHING;
  const asked = ['a', 'b', 'c'].flatMap((client) => Array.from({ length: ofClient + 1 }, () => ask(client)));
  const first = await Promise.race([asked[ofClient], asked.at(-1)]);
  expect(first).toMatchObject({ code: 'busy' });
  leave.abort();
  const outcomes = await Promise.all(asked);
  expect(outcomes.filter((one) => (one as { code?: unknown }).code === 'busy')).toHaveLength(asked.length - all);
  expect(outcomes.filter((one) => (one as { name?: string }).name === 'AbortError')).toHaveLength(all);
  await expect(fetcher.fetch([{ bytes: png, extension: undefined }], CLIENT)).resolves.toHaveLength(1);
});

test('A client that leaves ends its fetches', async () => {
  let left: Promise<unknown> | undefined;
  const leave = new AbortController();
  const { base } = await startSource((request, response) => {
    left = once(request.socket, 'close');
    response.writeHead(200).write('x');
    leave.abort();
  });
  const { fetcher, root } = await startFetcher();
  await expect(fetcher.fetch([{ address: base }], { ...CLIENT, signal: leave.signal })).rejects.toMatchObject({
    name: 'AbortError',
  });
  await left;
  expect(await leftovers(root)).toEqual([]);
});

test('Fetched files that nobody has used for long are removed, and no other files', async () => {
  const { fetcher, root } = await startFetcher();
  await fetcher.fetch(
    [
      { bytes: png, extension: undefined },
      { bytes: wav, extension: undefined },
    ],
    CLIENT,
  );
  const folder = path.join(root, 'fetched');
  const old = new Date('2026-01-01T00:00:00Z');
  await writeFile(path.join(folder, 'mine.png'), 'x');
  await mkdir(path.join(folder, `${'0'.repeat(64)}.png`));
  for (const name of ['mine.png', `${sha256(png)}.png`]) await utimes(path.join(folder, name), old, old);
  expect(await sweepFetched(root, new Date('2026-02-01T00:00:00Z'))).toBe(1);
  expect((await readdir(folder)).toSorted()).toEqual(
    ['mine.png', `${'0'.repeat(64)}.png`, `${sha256(wav)}.wav`].toSorted(),
  );
  expect(await sweepFetched(path.join(root, 'away'), new Date())).toBe(0);
});
