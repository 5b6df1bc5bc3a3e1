import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readForm, VOICE_UPLOAD_LIMITS, withUpload } from '../../../src/api/middleware/upload.ts';
import { createAddVoice, createDeleteVoice, createListVoices } from '../../../src/api/handlers/voices.ts';
import type { UploadedForm } from '../../../src/api/upload.ts';
import { AppError } from '../../../src/errors.ts';
import { ANYBODY } from '../../helpers/caller.ts';
import { memorySentFiles } from '../../helpers/memory-sent-files.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { recording, voiceRig } from '../../voices/rig.ts';

/** A request with nothing in it. */
const asked = { params: {}, query: {}, headers: {}, body: undefined, client: 'test', caller: ANYBODY };

/** A server that gives each form to `use` and answers with what that gives, or with the code of its error. */
async function uploads(use: (form: UploadedForm) => Promise<unknown>, limits = VOICE_UPLOAD_LIMITS): Promise<string> {
  const server = createServer((request, response) => {
    void withUpload(request, limits, use).then(
      (value) => response.end(JSON.stringify(value)),
      (error: unknown) => {
        response.end(
          JSON.stringify(error instanceof AppError ? { code: error.code, fields: error.fields } : String(error)),
        );
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const form = (fields: Record<string, string>, files: Record<string, [string, Buffer]> = {}): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  for (const [name, [file, content]] of Object.entries(files))
    data.set(name, new Blob([new Uint8Array(content)]), file);
  return data;
};
const post = async (url: string, body: RequestInit['body']): Promise<unknown> =>
  (await fetch(url, { method: 'POST', body: body ?? null })).json();

test('Fields and files of a form arrive, and the files are gone afterwards.', async () => {
  let place = '';
  const url = await uploads(async ({ fields, files }) => {
    place = files[0]?.path ?? '';
    return { fields, name: files[0]?.name, size: files[0]?.size, content: await readFile(place, 'utf8') };
  });
  const answer = await post(url, form({ voice_id: '小明' }, { recording: ['我 a.wav', Buffer.from('hello')] }));
  expect(answer).toEqual({ fields: { voice_id: '小明' }, name: '我 a.wav', size: 5, content: 'hello' });
  await expect.poll(() => existsSync(place)).toBe(false);
});

test.each([
  ['a file that is too large', form({}, { recording: ['a.wav', Buffer.alloc(2000)] }), 'body_too_large'],
  [
    'too many files',
    form({}, { a: ['a', Buffer.alloc(1)], b: ['b', Buffer.alloc(1)], c: ['c', Buffer.alloc(1)] }),
    'body_too_large',
  ],
  ['a field that is too large', form({ transcript: 'x'.repeat(200) }), 'body_too_large'],
  ['JSON', '{}', 'unsupported_media_type'],
])('%s is refused.', async (_case, body, code) => {
  const url = await uploads(() => Promise.resolve('used'), {
    fileBytes: 1000,
    files: 2,
    fields: 5,
    fieldBytes: 100,
    totalBytes: 10_000,
    tooManyBytes: 'body_too_large',
  });
  expect(await post(url, body)).toMatchObject({ code });
});

/** Uploads of this test have a folder for temporary files of their own; gives what lists it. */
async function temporaryFolder(): Promise<() => Promise<string[]>> {
  const folder = await scratchFolder();
  vi.stubEnv('TMPDIR', folder);
  return () => readdir(folder);
}

const part = (name: string, content: string, file?: string): string =>
  `--x\r\nContent-Disposition: form-data; name="${name}"${file === undefined ? '' : `; filename="${file}"`}\r\n\r\n${content}\r\n`;

/** Sends without an end; gives the answer, or what ended the connection, and how much was sent until then. */
function endless(url: string, first: string, again: string): Promise<{ answer: string; sent: number }> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    let [answer, sent] = ['', 0];
    const socket = connect(Number(port), '127.0.0.1');
    const write = (): void => {
      if (!socket.writable) return;
      sent += again.length;
      socket.write(`${again.length.toString(16)}\r\n${again}\r\n`, () => setImmediate(write));
    };
    const head =
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n';
    socket.on('data', (data) => (answer += data.toString())).on('error', () => undefined);
    socket.on('close', () => resolve({ answer, sent }));
    socket.write(`${head}${first.length.toString(16)}\r\n${first}\r\n`, write);
  });
}

test('Fields without a name, in a form that a program got wrong, are left out.', async () => {
  const url = await uploads(({ fields }) => Promise.resolve(fields));
  const nameless = (text: string): string => `--x\r\nContent-Disposition: form-data; name=""\r\n\r\n${text}\r\n`;
  const body = `${nameless('a')}${nameless('b')}${part('voice_id', 'luna')}--x--\r\n`;
  const headers = { 'Content-Type': 'multipart/form-data; boundary=x' };
  const response = await fetch(url, { method: 'POST', headers, body });
  expect(await response.json()).toEqual({ voice_id: 'luna' });
});

test.each<[string, string, string]>([
  [
    'a transcript that is too long, before its file',
    part('transcript', 'x'.repeat(70_000)),
    part('recording', 'x'.repeat(2000), 'a.wav'),
  ],
  ['a file without an end', part('recording', '', 'a.wav').slice(0, -2), 'x'.repeat(60_000)],
  ['a field without an end', part('transcript', '').slice(0, -2), 'x'.repeat(60_000)],
  ['parts without an end', part('a', 'b'), part('a', 'b')],
  ['empty files without an end', part('a', '', 'b'), part('a', '', 'b')],
  ['parts that are neither', part('a', 'b'), '--x\r\nX-Other: 1\r\n\r\nhello\r\n'],
  ['headers without an end', '--x\r\n', 'X-Header: 12345678901234567890\r\n'],
  ['words before the first part', 'hello', 'hello'.repeat(10_000)],
])('%s: the form is refused while the client still sends it, and nothing remains.', async (_case, first, again) => {
  const leftBehind = await temporaryFolder();
  const url = await uploads(() => Promise.resolve('used'));
  const { answer, sent } = await endless(url, first, again);
  expect(answer).toMatch(/body_too_large|malformed_request|invalid_request/);
  expect(sent).toBeLessThan(200 * 1024 * 1024);
  expect(await leftBehind()).toEqual([]);
});

test('A client that stops in the middle of a file leaves nothing.', async () => {
  const leftBehind = await temporaryFolder();
  let failed: unknown;
  const server = createServer((request) => {
    withUpload(request, VOICE_UPLOAD_LIMITS, () => Promise.resolve()).catch((error: unknown) => (failed = error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 90000\r\n\r\n',
  );
  socket.write(part('recording', 'x'.repeat(500), 'a.wav').slice(0, -2), () => socket.destroy());
  await expect.poll(() => failed).toMatchObject({ code: 'malformed_request' });
  await expect.poll(leftBehind).toEqual([]);
});

test('A form that breaks off is no form.', async () => {
  const url = await uploads(() => Promise.resolve('used'));
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  const body = '--x\r\nContent-Disposition: form-data; name="recording"; filename="a.wav"\r\n\r\nhello';
  expect(await (await fetch(url, { method: 'POST', headers, body })).json()).toMatchObject({
    code: 'malformed_request',
  });
});

test('A voice is added by a form, listed, and deleted by its name.', async () => {
  const { voices } = await voiceRig();
  const add = createAddVoice({ voices, sent: memorySentFiles() });
  const url = await uploads((body) => add({ ...asked, body }));
  const sent = form(
    { voice_id: 'luna', transcript: 'As I sound.', language: 'en' },
    { recording: ['a.wav', recording(4)] },
  );
  const described = {
    voice_id: 'luna',
    recording: 'voices/luna/reference.wav',
    transcript: 'As I sound.',
    language: 'en',
    instruction: null,
    speaker: null,
    mode: 'clone',
    duration_seconds: 4,
    sample_rate: 16_000,
  };
  expect(await post(url, sent)).toEqual({ status: 201, body: described });
  expect(await createListVoices({ voices, sent: memorySentFiles() })()).toEqual({
    status: 200,
    body: { voices: [described], broken: [] },
  });
  const remove = createDeleteVoice({ voices, sent: memorySentFiles() });
  await expect(remove({ ...asked, params: { id: 'anna' }, body: undefined })).rejects.toThrow(
    'there is no voice called "anna"; available: luna',
  );
  expect(await remove({ ...asked, params: { id: 'luna' }, body: undefined })).toEqual({
    status: 200,
    body: { voice_id: 'luna', deleted: true },
  });
});

test('A form without a file, or with a mode of its own, is refused by its fields.', async () => {
  const { voices } = await voiceRig();
  const add = createAddVoice({ voices, sent: memorySentFiles() });
  const url = await uploads((body) => add({ ...asked, body }));
  expect(await post(url, form({ voice_id: 'luna' }))).toMatchObject({
    code: 'invalid_request',
    fields: [{ path: 'recording' }],
  });
  expect(await post(url, form({ voice_id: 'luna', mode: 'sing' }))).toMatchObject({ fields: [{ path: 'mode' }] });
});

const twice = (name: string, values: readonly (string | Blob)[]): FormData => {
  const data = form({ voice_id: 'anna', transcript: 'I.' }, { recording: ['a.wav', recording(5)] });
  for (const value of values) data.append(name, value);
  return data;
};

test.each([
  ['a voice_id that comes twice', twice('voice_id', ['berta']), 'voice_id', 'expected this field only once'],
  ['a second recording', twice('file', [new Blob(['x'])]), 'recording', 'expected one file, but 2 were sent'],
  [
    'a control character',
    twice('instruction', ['softly\u0000']),
    'instruction',
    'expected text in UTF-8 without control characters',
  ],
  ['broken UTF-8', twice('language', ['\ufffd']), 'language', 'expected text in UTF-8 without control characters'],
  ['a text without end', twice('prompt_text', ['x'.repeat(2001)]), 'prompt_text', 'expected at most 2000 characters'],
])('A form for a voice with %s is refused, and the voice is not added.', async (_what, body, path, message) => {
  const { voices } = await voiceRig();
  const add = createAddVoice({ voices, sent: memorySentFiles() });
  const url = await uploads((sent) => add({ ...asked, body: sent }));
  expect(await post(url, body)).toEqual({ code: 'invalid_request', fields: [{ path, message }] });
  expect(await voices.ids()).toEqual([]);
});

test('A file that its receiver refuses before it reads it ends neither the process nor the answer.', async () => {
  const server = createServer((request, response) => {
    const refused = readForm(request, VOICE_UPLOAD_LIMITS, () => Promise.reject(new AppError('upload_limit_reached')));
    void refused.catch((error: unknown) => response.end((error as AppError).code));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const uncaught = vi.fn();
  process.on('uncaughtException', uncaught);
  onTestFinished(() => void process.off('uncaughtException', uncaught));
  const { port } = server.address() as AddressInfo;
  const files = form({}, { a: ['a.wav', Buffer.alloc(1_000_000)], b: ['b.wav', Buffer.alloc(1_000_000)] });
  const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: files });
  expect(await answer.text()).toBe('upload_limit_reached');
  await new Promise(setImmediate);
  expect(uncaught).not.toHaveBeenCalled();
});
