import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ask, finished, idle, listen, submit } from './client.ts';
import { quick, slow } from './graphs.ts';
import { conformanceTarget } from './target.ts';

const target = conformanceTarget();
const QUIET_MS = 300;

test('The first frame is the state of the queue with the id of the socket.', async () => {
  await idle(target());
  const ear = await listen(target());
  expect(ear.frames[0]).toEqual({
    type: 'status',
    data: { status: { exec_info: { queue_remaining: 0 } }, sid: ear.clientId },
  });
  const unnamed = await listen(target(), '');
  expect(unnamed.frames[0]?.data.sid).toMatch(/^[0-9a-f]{32}$/);
});

test('Flags that are the first message are answered with the features of the server; later ones are not.', async () => {
  const flags = { type: 'feature_flags', data: { supports_preview_metadata: true } };
  const ear = await listen(target(), randomUUID(), flags);
  const answer = await ear.hears(({ type }) => type === 'feature_flags', 'the flags of the server');
  expect(answer.data).toEqual((await ask(`${target()}/features`)).body);
  expect(answer.data).toMatchObject({ supports_preview_metadata: true, max_upload_size: expect.any(Number) });
  const late = await listen(target(), randomUUID(), { type: 'hello' });
  late.socket.send(JSON.stringify(flags));
  await sleep(QUIET_MS);
  expect(late.frames.map(({ type }) => type)).toEqual(['status']);
});

test('Nonsense on a socket is ignored.', async () => {
  const ear = await listen(target());
  for (const nonsense of ['no json', '[1]', Buffer.from([1, 2])]) ear.socket.send(nonsense);
  const id = await submit(target(), quick(), { client_id: ear.clientId });
  await ear.hears(({ type, data }) => type === 'execution_success' && data.prompt_id === id, 'success');
});

test('A client that reconnects during a run gets the current node, without the prompt, and the rest.', async () => {
  await idle(target());
  const first = await listen(target());
  const id = await submit(target(), slow(), { client_id: first.clientId });
  await first.hears(({ type, data }) => type === 'executing' && data.node === '2', 'node 2');
  await first.close();
  const second = await listen(target(), first.clientId);
  const again = await second.hears(({ type }) => type === 'executing', 'what runs');
  expect(Object.keys(again.data)).toEqual(['node']);
  await second.hears(({ type, data }) => type === 'execution_success' && data.prompt_id === id, 'success');
});

test('A second socket under one id silences the first, and goes deaf itself when the first closes.', async () => {
  await idle(target());
  const first = await listen(target());
  const second = await listen(target(), first.clientId);
  const one = await submit(target(), quick(), { client_id: first.clientId });
  await second.hears(({ type, data }) => type === 'execution_success' && data.prompt_id === one, 'success');
  expect(first.about(one)).toEqual([]);
  await first.close();
  await sleep(QUIET_MS);
  const heard = second.frames.length;
  await finished(target(), await submit(target(), quick(), { client_id: first.clientId }));
  await idle(target());
  await sleep(QUIET_MS);
  expect(second.frames.length).toBe(heard);
  const pong = new Promise((resolve) => second.socket.once('pong', resolve));
  second.socket.ping();
  await pong;
  const third = await listen(target(), first.clientId);
  const two = await submit(target(), quick(), { client_id: first.clientId });
  await third.hears(({ type, data }) => type === 'execution_success' && data.prompt_id === two, 'success');
});

test('A page from elsewhere may neither ask nor listen.', async () => {
  const headers: Record<string, string>[] = [
    { Origin: 'http://evil.example' },
    { Origin: 'http://127.0.0.1:9' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'null' },
    { Origin: target().replace('localhost', '127.0.0.1') },
  ];
  const answers = await Promise.all(headers.map((one) => raw(one)));
  expect(answers).toEqual([403, 403, 403, 200, 200]);
  const socket = new WebSocket(`${target().replace(/^http/, 'ws')}/ws`, { headers: { Origin: 'http://evil.example' } });
  const status = await new Promise((resolve) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.once('error', () => undefined);
  });
  expect(status).toBe(403);
});

/** fetch will not send these headers. */
async function raw(headers: Record<string, string>): Promise<number | undefined> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    request(`${target()}/prompt`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}
