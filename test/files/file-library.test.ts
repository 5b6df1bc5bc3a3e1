import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createFileLibrary, type IncomingFile } from '../../src/files/file-library.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const MOST_BYTES = 1_000_000;

async function rig(options: { reserveBytes?: number } = {}) {
  const root = await scratchFolder();
  const library = createFileLibrary({ root, aliases: [] }, { mostBytes: MOST_BYTES, reserveBytes: 0, ...options });
  /** Everything that is there, files of uploads included. */
  const all = async () =>
    (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
      .toSorted();
  return { root, library, all };
}

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}
const bytes = (...texts: string[]): IncomingFile => ({ body: chunks(...texts), declaredBytes: undefined });
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

test('A stored file is described with its address, type, size and hash, and found under its path', async () => {
  const { library, root, all } = await rig();
  const { file: stored, isNew } = await library.put('in/ä b.json', 'refuse', bytes('{"a":', '1}'));
  expect(isNew).toBe(true);
  expect(stored).toEqual({
    path: 'in/ä b.json',
    url: '/assets/in/%C3%A4%20b.json',
    kind: 'text',
    content_type: 'application/json',
    size_bytes: 7,
    sha256: sha256('{"a":1}'),
  });
  expect(await readFile(path.join(root, 'in/ä b.json'), 'utf8')).toBe('{"a":1}');
  expect(await all()).toEqual(['in/ä b.json']);
  const found = await library.find('in/ä b.json');
  expect(found).toMatchObject({ path: 'in/ä b.json', sizeBytes: 7, contentType: 'application/json' });
  await library.put('in/ä b.json', 'replace', bytes('{"b":2}'));
  expect((await library.find('in/ä b.json')).etag).not.toBe(found.etag);
});

test('A file keeps its content unless the upload may replace it', async () => {
  const { library, root } = await rig();
  await library.put('a.txt', 'refuse', bytes('first'));
  expect(await codeOf(library.put('a.txt', 'refuse', bytes('second')))).toBe('file_exists');
  expect(await readFile(path.join(root, 'a.txt'), 'utf8')).toBe('first');
  expect((await library.put('a.txt', 'replace', bytes('third'))).isNew).toBe(false);
  expect(await readFile(path.join(root, 'a.txt'), 'utf8')).toBe('third');
});

test('The same file may be sent again; a file of the same size with another content is refused', async () => {
  const { library, all } = await rig();
  const first = await library.put('a.txt', 'same', bytes('first'));
  const repeated = await library.put('a.txt', 'same', bytes('fir', 'st'));
  expect(repeated).toEqual({ ...first, isNew: false });
  expect(await codeOf(library.put('a.txt', 'same', bytes('other')))).toBe('file_exists');
  expect(await codeOf(library.put('a.txt', 'same', { ...bytes('longer'), declaredBytes: 6 }))).toBe('file_exists');
  expect(await codeOf(library.put('a.txt', 'refuse', bytes('first')))).toBe('file_exists');
  const atOnce = await Promise.all(['b', 'b', 'b'].map(() => library.put('b.txt', 'same', bytes('b'))));
  expect(atOnce.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(await all()).toEqual(['a.txt', 'b.txt']);
});

test('If two uploads of one name come at once, one is stored and the other is refused', async () => {
  const { library, root, all } = await rig();
  const answers = await Promise.all(
    ['one', 'two', 'six'].map((text) => codeOf(library.put('a/b.txt', 'refuse', bytes(text)))),
  );
  expect(answers.toSorted()).toEqual(['done', 'file_exists', 'file_exists']);
  expect(['one', 'two', 'six']).toContain(await readFile(path.join(root, 'a/b.txt'), 'utf8'));
  expect(await all()).toEqual(['a/b.txt']);
});

test.each([
  ['breaks off', 'malformed_request', () => Promise.reject(new Error('aborted'))],
  ['is too large', 'file_too_large', () => Promise.resolve(Buffer.alloc(MOST_BYTES))],
])('An upload that %s leaves nothing, and the former file stays', async (_how, code, last) => {
  const { library, root, all } = await rig();
  await library.put('a.txt', 'refuse', bytes('former'));
  async function* body() {
    yield Buffer.from('some');
    yield await last();
  }
  const incoming = { body: body(), declaredBytes: undefined };
  expect(await codeOf(library.put('a.txt', 'replace', incoming))).toBe(code);
  expect(await codeOf(library.put('b/c.txt', 'refuse', { body: body(), declaredBytes: undefined }))).toBe(code);
  expect(await all()).toEqual(['a.txt']);
  expect(await readdir(root)).not.toContain('b');
  expect(await readFile(path.join(root, 'a.txt'), 'utf8')).toBe('former');
});

test('An upload ends with the reason of its signal', async () => {
  const { library, all } = await rig();
  const stop = new AbortController();
  async function* body() {
    yield Buffer.from('some');
    stop.abort(new AppError('request_timeout'));
    yield Buffer.from('more');
  }
  const incoming = { body: body(), declaredBytes: undefined, signal: stop.signal };
  expect(await codeOf(library.put('a.txt', 'refuse', incoming))).toBe('request_timeout');
  expect(await all()).toEqual([]);
});

test('An upload is refused before its bytes come where it has no room, no name or no content', async () => {
  const { library } = await rig();
  const unread = (declaredBytes: number): IncomingFile => ({
    declaredBytes,
    // oxlint-disable-next-line require-yield -- it must not be asked for bytes
    body: (async function* () {
      throw new Error('the body was read');
    })(),
  });
  expect(await codeOf(library.put('a.txt', 'refuse', unread(MOST_BYTES + 1)))).toBe('file_too_large');
  expect(await codeOf(library.put('work/a.txt', 'refuse', unread(1)))).toBe('invalid_request');
  expect(await codeOf(library.put('../a.txt', 'refuse', unread(1)))).toBe('invalid_request');
  expect(await codeOf(library.put('a.txt', 'refuse', bytes()))).toBe('invalid_request');
  const full = await rig({ reserveBytes: Number.MAX_SAFE_INTEGER });
  expect(await codeOf(full.library.put('a.txt', 'refuse', unread(1)))).toBe('insufficient_storage');
  expect(await codeOf(full.library.receiving(() => Promise.resolve()))).toBe('insufficient_storage');
});

test('No link leads a client out of the asset folder, or into what is shown to nobody', async () => {
  const { library, root } = await rig();
  const outside = await scratchFolder();
  await writeFile(path.join(outside, 'secret.txt'), 'secret');
  await mkdir(path.join(root, 'work/task'), { recursive: true });
  await writeFile(path.join(root, 'work/task/part.txt'), 'part');
  await symlink(outside, path.join(root, 'out'));
  await symlink(path.join(outside, 'secret.txt'), path.join(root, 'secret.txt'));
  await symlink(path.join(root, 'work'), path.join(root, 'mine'));
  for (const place of [
    'out/secret.txt',
    'secret.txt',
    'mine/task/part.txt',
    'work/task/part.txt',
    'WORK/task/part.txt',
  ]) {
    expect(await codeOf(library.find(place))).toBe('file_not_found');
    expect(await codeOf(library.remove(place))).toBe('file_not_found');
  }
  for (const place of ['out/new.txt', 'out/deep/new.txt', 'mine/new.txt', 'mine/task/part.txt'])
    expect(await codeOf(library.put(place, 'replace', bytes('x')))).toBe('invalid_request');
  expect(await readdir(outside)).toEqual(['secret.txt']);
  expect(await readdir(path.join(root, 'work/task'))).toEqual(['part.txt']);
  // The link is replaced, and not what it leads to.
  await library.put('secret.txt', 'replace', bytes('mine'));
  expect(await readFile(path.join(outside, 'secret.txt'), 'utf8')).toBe('secret');
});

test('A folder is no file: it is neither found, nor replaced, nor deleted', async () => {
  const { library, all } = await rig();
  await library.put('a/b.txt', 'refuse', bytes('x'));
  expect(await codeOf(library.find('a'))).toBe('file_not_found');
  expect(await codeOf(library.remove('a'))).toBe('file_not_found');
  expect(await codeOf(library.put('a', 'replace', bytes('x')))).toBe('invalid_request');
  expect(await codeOf(library.put('a/b.txt/c.txt', 'replace', bytes('x')))).toBe('invalid_request');
  expect(await all()).toEqual(['a/b.txt']);
});

test('Of many deletions of one file at once, one deletes it and the others find none', async () => {
  const { library } = await rig();
  await library.put('a.txt', 'refuse', bytes('x'));
  const answers = await Promise.all(Array.from({ length: 8 }, () => codeOf(library.remove('a.txt'))));
  expect(answers.filter((one) => one === 'done')).toHaveLength(1);
  expect(new Set(answers)).toEqual(new Set(['done', 'file_not_found']));
});

test('A deleted file is gone; of a link, the link', async () => {
  const { library, root, all } = await rig();
  await library.put('a.txt', 'refuse', bytes('x'));
  await symlink('a.txt', path.join(root, 'b.txt'));
  expect(await library.remove('b.txt')).toBe('b.txt');
  expect(await all()).toEqual(['a.txt']);
  expect(await library.remove('a.txt')).toBe('a.txt');
  expect(await codeOf(library.remove('a.txt'))).toBe('file_not_found');
  expect(await readlink(path.join(root, 'b.txt')).catch(() => 'gone')).toBe('gone');
});

test('Recordings of voices can be fetched, but neither replaced nor deleted as files', async () => {
  const { library, root } = await rig();
  await mkdir(path.join(root, 'voices/luna'), { recursive: true });
  await writeFile(path.join(root, 'voices/luna/reference.txt'), 'Hello');
  expect(await library.find('voices/luna/reference.txt')).toMatchObject({ sizeBytes: 5 });
  expect(await codeOf(library.remove('voices/luna/reference.txt'))).toBe('invalid_request');
  expect(await codeOf(library.put('voices/luna/reference.txt', 'replace', bytes('x')))).toBe('invalid_request');
});

test('Files of a form get safe names, with a number where the name is taken', async () => {
  const { library, all } = await rig();
  const send = (onTaken: 'number' | 'replace', ...names: string[]) =>
    library.receiving(async (receive) => {
      const facts = await Promise.all(names.map((name, index) => receive(bytes(name), index)));
      return library.putAll(
        facts.map((one, index) => ({ facts: one, name: names[index] ?? '' })),
        'in/',
        onTaken,
      );
    });
  expect((await send('number', 'fox.txt', '../fox.txt', '.x')).map(({ file }) => file.path)).toEqual([
    'in/fox.txt',
    'in/fox-2.txt',
    'in/x',
  ]);
  const [again] = await send('number', 'fox.txt');
  expect(again).toMatchObject({ file: { path: 'in/fox.txt', sha256: sha256('fox.txt') }, isNew: false });
  expect((await send('number', '/fox.txt')).map(({ file }) => file.path)).toEqual(['in/fox-3.txt']);
  expect((await send('replace', 'fox.txt')).map(({ file }) => file.path)).toEqual(['in/fox.txt']);
  expect(await all()).toEqual(['in/fox-2.txt', 'in/fox-3.txt', 'in/fox.txt', 'in/x']);
});

test('Uploads work where the asset folder itself is a link', async () => {
  const { root } = await rig();
  const link = path.join(await scratchFolder(), 'assets');
  await symlink(root, link);
  const library = createFileLibrary({ root: link, aliases: [] }, { mostBytes: MOST_BYTES, reserveBytes: 0 });
  expect(await library.put('a/b.txt', 'refuse', bytes('x'))).toMatchObject({ file: { path: 'a/b.txt' } });
  expect(await library.find('a/b.txt')).toMatchObject({ path: 'a/b.txt' });
  expect((await library.list({ prefix: '', after: '', limit: 9 })).files).toMatchObject([{ path: 'a/b.txt' }]);
});

test('Of many conditional replacements at once, also of several processes, one succeeds', async () => {
  const { root, library, all } = await rig();
  const other = createFileLibrary({ root, aliases: [] }, { mostBytes: MOST_BYTES, reserveBytes: 0 });
  await library.put('a.txt', 'refuse', bytes('0'));
  for (let round = 1; round <= 10; round++) {
    const { etag } = await library.find('a.txt');
    const tries = Array.from({ length: 8 }, (_, nth) =>
      codeOf((nth % 2 === 0 ? library : other).put('a.txt', 'replace', bytes(String(round)), (now) => now === etag)),
    );
    const results = await Promise.all(tries);
    expect(results.toSorted()).toEqual(['done', ...Array.from({ length: 7 }, () => 'precondition_failed')]);
    expect((await library.find('a.txt')).etag).not.toBe(etag);
  }
  expect(await all()).toEqual(['a.txt']);
});

test('A conditional replacement and a deletion at once: one comes after the other', async () => {
  const { library, root, all } = await rig();
  for (let round = 0; round < 20; round++) {
    const { etag } = await library.put('a.txt', 'replace', bytes('former'));
    const [replaced, deleted] = await Promise.all([
      codeOf(library.put('a.txt', 'replace', bytes('newer'), (now) => now === etag)),
      codeOf(library.remove('a.txt')),
    ]);
    expect([['done'], ['precondition_failed']]).toContainEqual([replaced]);
    expect(deleted).toBe('done');
  }
  expect((await all()).filter((file) => file !== 'a.txt')).toEqual([]);
  await expect(readFile(path.join(root, 'a.txt'))).rejects.toThrow('ENOENT');
});

test('The lock of a killed process is removed, one that is held is waited for', async () => {
  const { library, root } = await rig();
  await library.put('a.txt', 'refuse', bytes('first'));
  const folder = path.join(root, 'work/.uploads');
  const name = createHash('sha256').update(path.join(root, 'a.txt')).digest('hex').slice(0, 32);
  const lock = path.join(folder, `${name}.lock`);
  await writeFile(lock, '');
  const long = new Date(Date.now() - 60_000);
  await utimes(lock, long, long);
  expect(await codeOf(library.put('a.txt', 'replace', bytes('second')))).toBe('done');
  await writeFile(lock, '');
  let isDone = false;
  const waiting = library.put('a.txt', 'replace', bytes('third')).finally(() => (isDone = true));
  await library.put('b.txt', 'replace', bytes('another place'));
  expect(isDone).toBe(false);
  await rm(lock);
  await waiting;
  expect(await readFile(path.join(root, 'a.txt'), 'utf8')).toBe('third');
  expect(await readdir(folder)).toEqual([]);
});
