import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { MOST_VOICE_FORMS_PER_CLIENT } from '../../src/api/middleware/upload.ts';
import type { SentFiles } from '../../src/files/sent-files.ts';
import { startApi, type ApiRig } from '../helpers/api-rig.ts';
import { recording } from '../voices/rig.ts';

const KEYS = [
  { name: 'shop', key: 'key-shop', max_upload_mb_per_day: 1 },
  { name: 'n8n', key: 'key-n8n' },
  { name: 'ops', key: 'key-ops', role: 'admin' },
];

async function rig(...deps: Parameters<typeof startApi>): Promise<ApiRig> {
  const api = await startApi(deps[0], KEYS);
  onTestFinished(() => api.close());
  return api;
}

async function ask(api: ApiRig, name: string, request: string, body?: RequestInit['body']) {
  const [method = '', place = ''] = request.split(' ');
  const init = body === undefined ? {} : { body, duplex: 'half' as const };
  const response = await fetch(api.base + place, { method, headers: { 'X-API-Key': `key-${name}` }, ...init });
  const { code } = (await response.json()) as { code?: string };
  return code ?? response.status;
}
const form = (...names: string[]): FormData => {
  const sent = new FormData();
  for (const name of names) sent.append('file', new Blob(['changed']), name);
  return sent;
};

test('A client replaces and deletes what it has sent; the files of others only an admin', async () => {
  const api = await rig();
  expect(await ask(api, 'shop', 'PUT /assets/in/a.txt', 'one')).toBe(201);
  // The same content again changes neither the file nor its sender.
  expect(await ask(api, 'n8n', 'PUT /assets/in/a.txt', 'one')).toBe(200);
  expect(await ask(api, 'n8n', 'PUT /assets/in/a.txt?overwrite=true', 'two')).toBe('file_not_yours');
  expect(await ask(api, 'n8n', 'DELETE /assets/in/a.txt')).toBe('file_not_yours');
  expect(await ask(api, 'n8n', 'POST /assets?prefix=in/&overwrite=true', form('b.txt', 'a.txt'))).toBe(
    'file_not_yours',
  );
  expect(await ask(api, 'n8n', 'DELETE /assets/in/b.txt')).toBe('file_not_found');

  expect(await ask(api, 'shop', 'PUT /assets/in/a.txt?overwrite=true', 'two')).toBe(200);
  expect(await ask(api, 'shop', 'POST /assets?prefix=in/&overwrite=true', form('a.txt'))).toBe(201);
  expect(await ask(api, 'shop', 'DELETE /assets/in/a.txt')).toBe(200);

  expect(await ask(api, 'n8n', 'PUT /assets/in/a.txt?overwrite=true', 'three')).toBe(201);
  expect(await ask(api, 'shop', 'DELETE /assets/in/a.txt')).toBe('file_not_yours');
  expect(await ask(api, 'ops', 'PUT /assets/in/a.txt?overwrite=true', 'four')).toBe(200);
  expect(await ask(api, 'n8n', 'DELETE /assets/in/a.txt')).toBe('file_not_yours');
  expect(await ask(api, 'ops', 'DELETE /assets/in/a.txt')).toBe(200);
});

test('A file that another client sends while the bytes of a replacement come is not replaced', async () => {
  const api = await rig();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const slow = new ReadableStream<Uint8Array>({ start: (one) => void (controller = one) });
  controller?.enqueue(new Uint8Array([65]));
  const replacing = ask(api, 'n8n', 'PUT /assets/in/race.txt?overwrite=true', slow);
  const uploads = () => readdir(path.join(api.assetRoot, 'work', '.uploads')).catch(() => []);
  await expect.poll(uploads).toHaveLength(1);
  expect(await ask(api, 'shop', 'PUT /assets/in/race.txt', 'mine')).toBe(201);
  controller?.close();
  expect(await replacing).toBe('file_not_yours');
  expect(await ask(api, 'shop', 'DELETE /assets/in/race.txt')).toBe(200);
});

test('What a form sends under names that are free belongs to its client', async () => {
  const api = await rig();
  expect(await ask(api, 'n8n', 'POST /assets', form('a.txt', 'b.txt'))).toBe(201);
  // The same files again are not stored again.
  expect(await ask(api, 'shop', 'POST /assets', form('a.txt', 'b.txt'))).toBe(201);
  expect(await ask(api, 'shop', 'DELETE /assets/uploads/b.txt')).toBe('file_not_yours');
  expect(await ask(api, 'n8n', 'DELETE /assets/uploads/b.txt')).toBe(200);
});

test('A file that somebody else put there or has changed since is nobody’s', async () => {
  const api = await rig();
  await ask(api, 'shop', 'PUT /assets/a.txt', 'one');
  await writeFile(path.join(api.assetRoot, 'a.txt'), 'from a task');
  expect(await ask(api, 'shop', 'DELETE /assets/a.txt')).toBe('file_not_yours');
  expect(await ask(api, 'shop', 'DELETE /assets/picture.png')).toBe('file_not_yours');
});

test('A voice is replaced and deleted by the client that added it', async () => {
  const api = await rig();
  const voice = (replace: boolean): FormData => {
    const sent = new FormData();
    sent.set('voice_id', 'anna');
    sent.set('transcript', 'The exact words.');
    sent.set('replace', String(replace));
    sent.set('recording', new Blob([new Uint8Array(recording(4))]), 'anna.wav');
    return sent;
  };
  expect(await ask(api, 'shop', 'POST /voices', voice(false))).toBe(201);
  expect(await ask(api, 'n8n', 'POST /voices', voice(true))).toBe('file_not_yours');
  expect(await ask(api, 'n8n', 'DELETE /voices/anna')).toBe('file_not_yours');
  expect(await ask(api, 'n8n', 'DELETE /voices/nobody')).toBe('not_found');
  expect(await ask(api, 'shop', 'POST /voices', voice(true))).toBe(201);
  expect(await ask(api, 'shop', 'DELETE /voices/anna')).toBe(200);
  // Its name is free for others.
  expect(await ask(api, 'n8n', 'POST /voices', voice(true))).toBe(201);
  expect(await ask(api, 'n8n', 'DELETE /voices/anna')).toBe(200);
});

test('Without Redis files are sent, and only an admin replaces and deletes', async () => {
  const away = () => Promise.reject(new Error('Connection refused'));
  const sent: SentFiles = { note: away, senderOf: away, count: away };
  const api = await rig({ sent });
  expect(await ask(api, 'shop', 'PUT /assets/a.txt', 'one')).toBe(201);
  expect(await ask(api, 'shop', 'DELETE /assets/a.txt')).toBe('sender_unknown');
  expect(await ask(api, 'ops', 'DELETE /assets/a.txt')).toBe(200);
});

const MEGABYTE = 1024 * 1024;
const unknownLength = (bytes: number): ReadableStream =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(bytes).fill(65));
      controller.close();
    },
  });

test('A key sends no more bytes on one day than it may, however it sends them', async () => {
  const api = await rig();
  const big = new Uint8Array(MEGABYTE + 1).fill(65);
  expect(await ask(api, 'shop', 'PUT /assets/a.txt', big)).toBe('upload_limit_reached');
  expect(await ask(api, 'n8n', 'PUT /assets/a.txt', big)).toBe(201);
  expect(await ask(api, 'shop', 'PUT /assets/b.txt', new Uint8Array(MEGABYTE - 10).fill(65))).toBe(201);
  expect(await ask(api, 'shop', 'PUT /assets/c.txt', unknownLength(5))).toBe(201);
  expect(await ask(api, 'shop', 'POST /assets', form('d.txt'))).toBe('upload_limit_reached');
  expect(await ask(api, 'shop', 'PUT /assets/e.txt', 'x')).toBe('upload_limit_reached');
  expect(await ask(api, 'ops', 'GET /assets?prefix=e.txt')).toBe(200);
});

test('A body without a length is cut off where the limit is', async () => {
  const api = await rig();
  expect(await ask(api, 'shop', 'PUT /assets/c.txt', unknownLength(MEGABYTE + 1))).toBe('upload_limit_reached');
  expect(await ask(api, 'ops', 'DELETE /assets/c.txt')).toBe('file_not_found');
  expect(await ask(api, 'shop', 'PUT /assets/d.txt', 'x')).toBe('upload_limit_reached');
});

test('Uploads at the same time share the limit of their key', async () => {
  const api = await rig();
  const sizes = Array.from({ length: 6 }, (_, index) => 400_000 + index);
  const answers = await Promise.all(
    sizes.map((size) => ask(api, 'shop', `PUT /assets/same/${size}.txt`, new Uint8Array(size).fill(65))),
  );
  const isStored = (answer: unknown): boolean => answer === 201;
  expect(answers.filter(isStored).length).toBeLessThanOrEqual(2);
  expect(answers.filter((answer) => !isStored(answer))).toEqual(
    answers.filter((answer) => !isStored(answer)).map(() => 'upload_limit_reached'),
  );
});

test('What an upload does not need of its allowance is there for the next one', async () => {
  const api = await rig();
  for (let count = 0; count < 20; count++)
    expect(await ask(api, 'shop', `PUT /assets/small/${count}.txt`, unknownLength(50_000 + count))).toBe(201);
  expect(await ask(api, 'shop', 'PUT /assets/small/more.txt', unknownLength(60_000))).toBe('upload_limit_reached');
});

test('A client sends few voices at once, because they take room in the folder for temporary files', async () => {
  const api = await rig();
  const headers = { 'X-API-Key': 'key-shop', 'Content-Type': 'multipart/form-data; boundary=b' };
  const hangUp = new AbortController();
  const begin = () =>
    fetch(`${api.base}/voices`, {
      method: 'POST',
      headers,
      body: new ReadableStream({ start: (one) => one.enqueue(Buffer.from('--b\r\n')) }),
      duplex: 'half',
      signal: hangUp.signal,
    });
  const slow = Array.from({ length: MOST_VOICE_FORMS_PER_CLIENT }, () => begin().catch(() => undefined));
  const last = () => ask(api, 'shop', 'POST /voices', form('a.wav'));
  await expect.poll(last).toBe('busy');
  expect(await ask(api, 'n8n', 'POST /voices', form('a.wav'))).toBe('invalid_request');
  hangUp.abort();
  await Promise.all(slow);
  await expect.poll(last).toBe('invalid_request');
});
