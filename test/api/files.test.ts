import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { request as openRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { MOST_FILE_BYTES, startApi, type ApiRig } from '../helpers/api-rig.ts';

async function rig(...args: Parameters<typeof startApi>): Promise<ApiRig> {
  const api = await startApi(...args);
  onTestFinished(() => api.close());
  return api;
}

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** A path as it is, which `fetch` would tidy up. */
async function raw(api: ApiRig, method: string, target: string, body = ''): Promise<{ status: number; text: string }> {
  const request = openRequest({ port: api.port, host: '127.0.0.1', method, path: target });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, text: await text(response) };
}

const put = (api: ApiRig, file: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(`${api.base}/assets/${file}`, { method: 'PUT', body: new Uint8Array(Buffer.from(body)), headers });

/** Everything under ASSET_PATH, but the files that the rig begins with. */
async function left(api: ApiRig): Promise<string[]> {
  const entries = await readdir(api.assetRoot, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(api.assetRoot, path.join(entry.parentPath, entry.name)));
}

test('A file that is sent can be fetched: all of it, a part, its headers, or nothing if it is the same', async () => {
  const api = await rig();
  const sent = await put(api, 'in/ä%20b.txt', '0123456789');
  expect(sent.status).toBe(201);
  const about = (await sent.json()) as { url: string };
  expect(about).toEqual({
    path: 'in/ä b.txt',
    url: '/assets/in/%C3%A4%20b.txt',
    kind: 'text',
    content_type: 'text/plain; charset=utf-8',
    size_bytes: 10,
    sha256: sha256('0123456789'),
  });
  expect(sent.headers.get('location')).toBe(about.url);
  const address = `${api.base}${about.url}`;

  const all = await fetch(address);
  expect(await all.text()).toBe('0123456789');
  expect(Object.fromEntries(all.headers)).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'content-length': '10',
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-cache',
    'last-modified': expect.stringContaining('GMT') as string,
    etag: expect.stringMatching(/^"[\da-f]+-[\da-f]+"$/) as string,
  });
  const etag = all.headers.get('etag') ?? '';

  const ask = (headers: Record<string, string>, method = 'GET') => fetch(address, { method, headers });
  const part = await ask({ Range: 'bytes=2-4' });
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', '234']);
  const end = await ask({ Range: 'bytes=-3', 'If-Range': etag });
  expect([end.status, await end.text()]).toEqual([206, '789']);
  const changed = await ask({ Range: 'bytes=-3', 'If-Range': '"other"' });
  expect([changed.status, await changed.text()]).toEqual([200, '0123456789']);
  const same = await ask({ 'If-None-Match': etag });
  expect([same.status, await same.text()]).toEqual([304, '']);
  const head = await ask({}, 'HEAD');
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
  const other = await ask({ 'If-Match': '"other"' });
  expect([other.status, await other.json()]).toMatchObject([412, { code: 'precondition_failed' }]);

  const replaced = await put(api, 'in/ä%20b.txt?overwrite=true', '9876543210');
  expect(replaced.status).toBe(200);
  expect((await ask({ 'If-None-Match': etag })).status).toBe(200);
});

test.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])('The range %s is none of a file of ten bytes', async (range) => {
  const api = await rig();
  await put(api, 'a.txt', '0123456789');
  const answer = await fetch(`${api.base}/assets/a.txt`, { headers: { Range: range } });
  expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */10']);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.get('etag')).toBeNull();
  expect(await answer.json()).toMatchObject({ code: 'range_not_satisfiable' });
});

test('The last bytes of a file that has fewer are the whole file', async () => {
  const api = await rig();
  await put(api, 'a.txt', '0123456789');
  for (const range of ['bytes=-10', 'bytes=-11', `bytes=-${'9'.repeat(400)}`]) {
    const answer = await fetch(`${api.base}/assets/a.txt`, { headers: { Range: range } });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([206, 'bytes 0-9/10']);
    expect(await answer.text()).toBe('0123456789');
  }
});

test.each(['bytes=5-2', 'bytes=a-b', 'lines=1-2', 'bytes=', 'bytes=0-1,4-5', `bytes=${'0-1,'.repeat(3000)}`])(
  'Nonsense in the place of a range, %j, is all of the file or refused in JSON',
  async (range) => {
    const api = await rig();
    await put(api, 'a.txt', '0123456789');
    const answer = await fetch(`${api.base}/assets/a.txt`, { headers: { Range: range } });
    const answered = await answer.text();
    if (answer.status === 416) expect(JSON.parse(answered)).toMatchObject({ code: 'range_not_satisfiable' });
    else if (answer.status === 206) expect(answered).toBe('01');
    else expect([answer.status, answered]).toEqual([200, '0123456789']);
  },
);

test('A page is offered as a download and may do nothing; a script is plain text; an SVG is a picture', async () => {
  const api = await rig();
  await put(api, 'page.png', '<!doctype html><script>fetch("/submit_task")</script>');
  await put(api, 'script.js', 'fetch("/submit_task")');
  await put(api, 'drawing.txt', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  const headers = async (file: string) => (await fetch(`${api.base}/assets/${file}`)).headers;
  const page = await headers('page.png');
  expect(page.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
  expect(page.get('content-disposition')).toBe('attachment; filename=page.png');
  const script = await headers('script.js');
  expect(script.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(script.get('x-content-type-options')).toBe('nosniff');
  const drawing = await headers('drawing.txt');
  expect(drawing.get('content-type')).toBe('image/svg+xml');
  expect(drawing.get('content-security-policy')).toMatch(/^sandbox/);
  expect(drawing.get('content-disposition')).toBeNull();
});

test.each([
  ['', 'attachment; filename=a.txt'],
  ['fox.txt', 'attachment; filename=fox.txt'],
  ['灯塔 ä.txt', `attachment; filename="?? ?.txt"; filename*=UTF-8''%E7%81%AF%E5%A1%94%20%C3%A4.txt`],
  ['../../x\r\nSet-Cookie: a', 'attachment; filename="x__Set-Cookie_ a"'],
])('A download named %j is stored under a name that is safe', async (name, disposition) => {
  const api = await rig();
  await put(api, 'a.txt', 'x');
  const answer = await fetch(`${api.base}/assets/a.txt?download=${encodeURIComponent(name)}`);
  expect(answer.headers.get('content-disposition')).toBe(disposition);
  expect(answer.headers.get('set-cookie')).toBeNull();
});

const HOSTILE = [
  '/assets/../secret.txt',
  '/assets/%2e%2e/secret.txt',
  '/assets/a/..%2f..%2fsecret.txt',
  '/assets/..%5csecret.txt/..',
  '/assets//etc/passwd',
  '/assets/%2Fetc%2Fpasswd',
  '/assets/a%00.txt',
  '/assets/%',
  '/assets/%C3',
  '/assets/work/task/part.txt',
  '/assets/WORK/task/part.txt',
  '/assets/work%2Ftask%2Fpart.txt',
  '/assets/.hidden.txt',
  '/assets/out/secret.txt',
  '/assets/secret.txt',
  '/assets/mine/task/part.txt',
  `/assets/${'a/'.repeat(3000)}b`,
  `/assets/${'a'.repeat(300)}`,
];

test.each(HOSTILE)('Nobody fetches, replaces or deletes anything by %s', async (target) => {
  const api = await rig();
  const root = api.assetRoot;
  const outside = path.join(path.dirname(root), `${path.basename(root)}-outside`);
  await mkdir(outside);
  await mkdir(path.join(root, 'work/task'), { recursive: true });
  const kept = {
    [path.join(outside, 'secret.txt')]: 'secret',
    [path.join(root, 'work/task/part.txt')]: 'part',
    [path.join(root, '.hidden.txt')]: 'hidden',
  };
  for (const [file, content] of Object.entries(kept)) await writeFile(file, content);
  await symlink(outside, path.join(root, 'out'));
  await symlink(path.join(root, 'work'), path.join(root, 'mine'));
  await symlink(path.join(outside, 'secret.txt'), path.join(root, 'secret.txt'));

  for (const method of ['GET', 'HEAD', 'DELETE']) {
    const answer = await raw(api, method, target);
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toMatch(/secret$|part$|hidden$|root:/);
    expect(answer.text).not.toContain(root);
  }
  const sent = await raw(api, 'PUT', `${target}?overwrite=true`, 'mine');
  // A link may be replaced, but not what it leads to.
  expect(target === '/assets/secret.txt' ? [200] : [400, 404, 422]).toContain(sent.status);
  for (const [file, content] of Object.entries(kept)) expect(await readFile(file, 'utf8')).toBe(content);
  expect(await readdir(outside)).toEqual(['secret.txt']);
});

test('An existing file is replaced only if the request says so', async () => {
  const api = await rig();
  await put(api, 'a.txt', 'first');
  const again = await put(api, 'a.txt', 'second');
  expect([again.status, await again.json()]).toMatchObject([409, { code: 'file_exists' }]);
  const same = await put(api, 'a.txt', 'first');
  expect([same.status, await same.json()]).toMatchObject([200, { sha256: sha256('first') }]);
  const onlyNew = await put(api, 'a.txt?overwrite=true', 'second', { 'If-None-Match': '*' });
  expect([onlyNew.status, await onlyNew.json()]).toMatchObject([412, { code: 'precondition_failed' }]);
  const unclear = await put(api, 'a.txt?overwrite=perhaps', 'second');
  expect([unclear.status, await unclear.json()]).toMatchObject([422, { errors: [{ path: 'overwrite' }] }]);
  expect(await (await fetch(`${api.base}/assets/a.txt`)).text()).toBe('first');
  expect((await put(api, 'b.txt', 'new', { 'If-None-Match': '*' })).status).toBe(201);
});

test('With If-Match, only the state that the client knows is replaced or deleted', async () => {
  const api = await rig();
  const first = await put(api, 'a.txt', 'first');
  const etag = first.headers.get('etag') ?? '';
  expect((await fetch(`${api.base}/assets/a.txt`)).headers.get('etag')).toBe(etag);
  const second = await put(api, 'a.txt', 'other', { 'If-Match': etag });
  expect(second.status).toBe(200);
  const now = second.headers.get('etag') ?? '';
  expect(now).not.toBe(etag);
  for (const stale of [etag, `W/${now}`, '"x"', '', '"', `${etag}, "y"`]) {
    const late = await put(api, 'a.txt?overwrite=true', 'late', { 'If-Match': stale });
    expect([late.status, await late.json()]).toMatchObject([412, { code: 'precondition_failed' }]);
  }
  const remove = (match: string) =>
    fetch(`${api.base}/assets/a.txt`, { method: 'DELETE', headers: { 'If-Match': match } });
  expect((await remove(etag)).status).toBe(412);
  expect(await (await fetch(`${api.base}/assets/a.txt`)).text()).toBe('other');
  expect((await put(api, 'a.txt', 'third', { 'If-Match': `${etag}, ${now}` })).status).toBe(200);
  expect((await put(api, 'a.txt', 'fourth', { 'If-Match': '*' })).status).toBe(200);
  expect((await put(api, 'none.txt', 'x', { 'If-Match': '*' })).status).toBe(412);
  expect((await put(api, 'none.txt', 'x', { 'If-Match': now })).status).toBe(412);
  const both = await put(api, 'a.txt', 'x', { 'If-Match': '*', 'If-None-Match': '*' });
  expect([both.status, await both.json()]).toMatchObject([422, { errors: [{ path: 'If-Match' }] }]);
  expect((await remove('*')).status).toBe(200);
  expect((await remove('*')).status).toBe(404);
});

test('A body that is not the bytes of a file is refused', async () => {
  const api = await rig();
  const form = new FormData();
  form.set('file', new Blob(['x']), 'a.txt');
  const wrapped = await fetch(`${api.base}/assets/a.txt`, { method: 'PUT', body: form });
  expect([wrapped.status, await wrapped.json()]).toMatchObject([415, { code: 'unsupported_media_type' }]);
  const packed = await put(api, 'a.txt', 'x', { 'Content-Encoding': 'gzip' });
  expect(packed.status).toBe(415);
  const empty = await put(api, 'a.txt', '');
  expect([empty.status, await empty.json()]).toMatchObject([422, { code: 'invalid_request' }]);
  const large = await put(api, 'a.txt', Buffer.alloc(MOST_FILE_BYTES + 1));
  expect([large.status, await large.json()]).toMatchObject([413, { code: 'file_too_large' }]);
  expect((await put(api, 'a.txt', Buffer.alloc(MOST_FILE_BYTES))).status).toBe(201);
});

test('A file without a declared length is refused as soon as it is too large, and leaves nothing', async () => {
  const api = await rig();
  const before = await left(api);
  async function* endless() {
    for (;;) yield Buffer.alloc(1_000_000);
  }
  const answer = await fetch(`${api.base}/assets/deep/a.bin`, {
    method: 'PUT',
    body: ReadableStream.from(endless()),
    duplex: 'half',
  } as unknown as RequestInit).catch((error: unknown) => error);
  if (answer instanceof Response) expect(answer.status).toBe(413);
  await expect.poll(() => left(api)).toEqual(before);
  expect(await readdir(api.assetRoot)).not.toContain('deep');
});

test('An upload that is broken off leaves nothing, and the former file stays', async () => {
  const api = await rig();
  await put(api, 'a.txt', 'former');
  const before = await left(api);
  const socket = connect(api.port, '127.0.0.1');
  socket.write(
    'PUT /assets/a.txt?overwrite=true HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nonly a part of it',
  );
  await expect.poll(async () => (await left(api)).some((file) => file.includes('.uploads'))).toBe(true);
  socket.destroy();
  await expect.poll(() => left(api)).toEqual(before);
  expect(await (await fetch(`${api.base}/assets/a.txt`)).text()).toBe('former');
});

test('Of two slow uploads of one name at once, the first to end is stored and the other is refused', async () => {
  const api = await rig();
  const open = (first: string) => {
    const request = openRequest({ port: api.port, host: '127.0.0.1', method: 'PUT', path: '/assets/same.txt' });
    request.write(first);
    return { request, answered: once(request, 'response') as Promise<[IncomingMessage]> };
  };
  const [one, two] = [open('one'), open('two')];
  await expect.poll(async () => (await left(api)).filter((file) => file.includes('.uploads')).length).toBe(2);
  two.request.end(' has ended');
  const [second] = await two.answered;
  expect([second.statusCode, await text(second)]).toMatchObject([201, expect.stringContaining('same.txt')]);
  one.request.end(' has ended');
  const [first] = await one.answered;
  expect([first.statusCode, await text(first)]).toMatchObject([409, expect.stringContaining('file_exists')]);
  expect(await (await fetch(`${api.base}/assets/same.txt`)).text()).toBe('two has ended');
});

test.each(['work/0b7f6c1e/part.png', 'WORK/x.png', '/assets/work/x.png', 'output/.film.0123456789ab.part'])(
  'No task reads %s, which another task has not finished',
  async (src) => {
    const api = await rig();
    const file = path.join(api.assetRoot, src.replace('/assets/', ''));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, 'x');
    const clips = [{ type: 'image', src }];
    const film = await api.submit({
      task_type: 'remotion_render',
      payload: { timeline: { durationInFrames: 9, clips } },
    });
    expect(await film.json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'payload.timeline.clips[0].src', message: expect.stringContaining('finished') as string }],
    });
    const speech = await api.submit({ task_type: 'cosyvoice', payload: { text: 'Hello', prompt_wav_path: src } });
    expect(await speech.json()).toMatchObject({ errors: [{ path: 'payload.prompt_wav_path' }] });
  },
);

const form = (files: readonly (readonly [string, string])[], fields: Record<string, string> = {}): FormData => {
  const data = new FormData();
  for (const [name, content] of files) data.append('file', new Blob([content]), name);
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
};
const post = async (api: ApiRig, body: FormData) => {
  const answer = await fetch(`${api.base}/assets`, { method: 'POST', body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

test('The files of a form are stored under safe names, and the answer says which', async () => {
  const api = await rig();
  const sent = await post(
    api,
    form([
      ['fox.txt', 'one'],
      ['C:\\x\\fox.txt', 'two'],
      ['nul.txt', 'three'],
    ]),
  );
  expect(sent).toMatchObject({
    status: 201,
    body: {
      files: [
        { path: 'uploads/fox.txt', sent_as: 'fox.txt', sha256: sha256('one') },
        { path: 'uploads/fox-2.txt', sha256: sha256('two') },
        { path: 'uploads/_nul.txt', sha256: sha256('three') },
      ],
    },
  });
  const elsewhere = await post(api, form([['fox.txt', 'new']], { prefix: '/assets/in/deep', overwrte: 'x' }));
  expect(elsewhere.body).toMatchObject({
    files: [{ path: 'in/deep/fox.txt', url: '/assets/in/deep/fox.txt' }],
    warnings: [expect.stringContaining('overwrte') as string],
  });
  const replaced = await post(api, form([['fox.txt', 'newer']], { prefix: 'in/deep/', overwrite: 'true' }));
  expect(replaced.body).toMatchObject({ files: [{ path: 'in/deep/fox.txt', sha256: sha256('newer') }] });
  expect((await left(api)).filter((file) => file.startsWith('work'))).toEqual([]);
});

test.each([
  ['without a file', form([]), 422, 'file'],
  ['with an empty file', form([['a.txt', '']]), 422, 'file'],
  ['for a folder of the middleware', form([['a.txt', 'x']], { prefix: 'work' }), 422, 'prefix'],
  ['for voices', form([['a.txt', 'x']], { prefix: 'voices/luna' }), 422, 'prefix'],
  ['that leads out', form([['a.txt', 'x']], { prefix: '../out' }), 422, 'prefix'],
])('A form %s stores nothing', async (_what, body, status, field) => {
  const api = await rig();
  const before = await left(api);
  expect(await post(api, body)).toMatchObject({ status, body: { errors: [{ path: field }] } });
  expect(await left(api)).toEqual(before);
});

test('A form with more bytes than a file may have is refused', async () => {
  const api = await rig();
  const large = form([['a.bin', 'x'.repeat(MOST_FILE_BYTES + 1)]]);
  expect(await post(api, large)).toMatchObject({ status: 413, body: { code: 'file_too_large' } });
  const together = form(Array.from({ length: 4 }, (_, index) => [`${index}.bin`, 'x'.repeat(MOST_FILE_BYTES / 3)]));
  expect(await post(api, together)).toMatchObject({ status: 413, body: { code: 'file_too_large' } });
});

test('Files are listed page by page, and a deleted one is gone', async () => {
  const api = await rig();
  for (const name of ['a', 'b', 'c']) await put(api, `list/${name}.txt`, name);
  const list = async (query: string) => {
    const answer = await fetch(`${api.base}/assets?${query}`);
    return (await answer.json()) as { files: { path: string }[]; next_cursor: string | null; errors?: unknown };
  };
  const first = await list('prefix=list/&limit=2');
  expect(first.files.map((file) => file.path)).toEqual(['list/a.txt', 'list/b.txt']);
  const second = await list(`prefix=/assets/list/&limit=2&cursor=${first.next_cursor}`);
  expect(second).toMatchObject({ files: [{ path: 'list/c.txt' }], next_cursor: null });
  const deleted = await fetch(`${api.base}/assets/list/a.txt`, { method: 'DELETE' });
  expect([deleted.status, await deleted.json()]).toEqual([200, { path: 'list/a.txt', deleted: true }]);
  const gone = await fetch(`${api.base}/assets/list/a.txt`);
  expect([gone.status, await gone.json()]).toMatchObject([404, { code: 'file_not_found' }]);
  expect((await list('prefix=list/')).files).toHaveLength(2);
  for (const query of ['limit=0', 'limit=1001', 'limit=x', 'cursor=***', 'prefix=a&prefix=b'])
    expect((await list(query)).errors).toHaveLength(1);
});

test('A file needs a key where keys are set, and no page of another origin may send one', async () => {
  const guarded = await rig({}, [{ name: 'studio', key: 'secret' }]);
  for (const method of ['GET', 'PUT', 'DELETE'])
    expect((await fetch(`${guarded.base}/assets/a.txt`, { method })).status).toBe(401);
  const open = await rig();
  const page = { Origin: 'https://evil.example' };
  expect((await put(open, 'a.txt', 'x', page)).status).toBe(403);
  expect((await fetch(`${open.base}/assets/a.txt`, { method: 'DELETE', headers: page })).status).toBe(403);
});
