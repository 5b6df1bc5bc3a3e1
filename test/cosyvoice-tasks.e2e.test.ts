import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Manifest } from '../src/assets/manifest.ts';
import { probeMedia } from '../src/assets/probe.ts';
import type { CosyvoiceResult } from '../src/contracts/cosyvoice.ts';
import { samplesFolder } from '../src/host/examples-folder.ts';
import { freePort } from '../src/local/stack/ports.ts';
import type { Stats } from '../src/simulators/cosyvoice/stats.ts';
import { firstSubmission } from './helpers/document-examples.ts';
import { startTestStack, type TestStack } from './helpers/test-stack.ts';

const SENTENCES = Array.from({ length: 20 }, (_, n) => `This is sentence number ${n + 1} of the long script.`);

/** Shorter than a hanging sentence is waited for. */
const GRACE_SECONDS = 2;

let stack: TestStack;
let cosyvoice: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cosyvoice-'));
  const port = await freePort();
  cosyvoice = `http://127.0.0.1:${port}`;
  const options = { journal: path.join(folder, 'journal.jsonl'), segmentMs: 300 };
  stack = await startTestStack({
    simulate: { cosyvoice: { port, options } },
    env: { SHUTDOWN_GRACE_SECONDS: String(GRACE_SECONDS) },
  });
});
afterAll(async () => {
  await stack.remove();
  await rm(folder, { recursive: true, force: true });
});

const stats = async (): Promise<Stats> => (await (await fetch(`${cosyvoice}/simulator/stats`)).json()) as Stats;
const spoken = async (taskId: string): Promise<CosyvoiceResult> => {
  const { result } = await stack.poll(taskId, ({ status }) => status === 'completed');
  return result as CosyvoiceResult;
};

async function addVoice(more: Record<string, string> = {}): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ voice_id: 'nova', transcript: 'Morning comes.', ...more }))
    form.set(name, value);
  form.set('recording', await openAsBlob(path.join(samplesFolder(), 'voices/luna/reference.mp3')), 'luna.mp3');
  return fetch(`${stack.apiUrl}/voices`, { method: 'POST', body: form });
}

test('A voice is added, listed beside the sample, refused if it exists already, and removed', async () => {
  expect((await addVoice()).status).toBe(201);
  const listed = (await (await fetch(`${stack.apiUrl}/voices`)).json()) as { voices: object[] };
  expect(listed.voices).toEqual([
    expect.objectContaining({ voice_id: 'luna', sample_rate: 24_000 }),
    expect.objectContaining({ voice_id: 'nova', sample_rate: 24_000 }),
  ]);
  expect((await addVoice()).status).toBe(409);
  expect((await addVoice({ voice_id: 'gone' })).status).toBe(201);
  expect((await fetch(`${stack.apiUrl}/voices/gone`, { method: 'DELETE' })).status).toBe(200);
  expect((await fetch(`${stack.apiUrl}/voices/gone`, { method: 'DELETE' })).status).toBe(404);
});

test('A body that is no form is refused where a form is expected', async () => {
  const response = await fetch(`${stack.apiUrl}/voices`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });
  expect(response.status).toBe(415);
});

test('The first example of docs/cosyvoice.md works as it stands', async () => {
  const result = await spoken(await stack.submit(await firstSubmission('docs/cosyvoice.md')));
  expect(result).toMatchObject({
    output_path: 'audio/output.wav',
    audio_path: '/assets/audio/output.wav',
    srt_path: 'audio/output.srt',
  });
  expect(result.files.map(({ path: file, kind, content_type: type }) => [file, kind, type])).toEqual([
    ['audio/output.wav', 'audio', 'audio/wav'],
    ['audio/output.srt', 'text', 'application/x-subrip'],
  ]);
  for (const { path: file, size_bytes: size, sha256 } of result.files) {
    const content = await readFile(path.join(stack.assetRoot, file));
    expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([size, sha256]);
  }
  const { audio } = await probeMedia(path.join(stack.assetRoot, result.output_path), AbortSignal.timeout(60_000));
  expect(audio?.durationSeconds).toBeCloseTo(result.duration_seconds, 3);
  expect(await readFile(path.join(stack.assetRoot, result.srt_path), 'utf8')).toContain(result.subtitles[0]?.text);
});

test('An unknown voice is refused with the names of those there are', async () => {
  const response = await fetch(`${stack.apiUrl}/submit_task`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ task_type: 'cosyvoice', payload: { text: 'Hello.', voice_id: 'nobody' } }),
  });
  expect(response.status).toBe(422);
  expect(await response.text()).toContain('luna');
});

test('A script is finished once though its worker is killed repeatedly, and few sentences are spoken twice', async () => {
  const before = (await stats()).requests.length;
  const taskId = await stack.submit({
    task_type: 'cosyvoice',
    payload: { text: SENTENCES.join(' '), voice_id: 'luna' },
  });
  const kills = [0.2, 0.6];
  for (const progress of kills) {
    await stack.poll(taskId, (body) => body.progress >= progress);
    await stack.worker.kill('SIGKILL');
  }
  const result = await spoken(taskId);
  expect(result.sentences.map(({ text }) => text)).toEqual(SENTENCES);
  const requests = (await stats()).requests.length - before;
  expect(requests).toBeLessThanOrEqual(SENTENCES.length + kills.length);
});

test('A stopped worker ends although CosyVoice hangs; the next one continues, and no failure counts', async () => {
  const control = (name: string, method: string, body: object = {}) =>
    fetch(`${cosyvoice}/simulator/${name}`, { method, body: JSON.stringify(body) });
  const requests = async (text: string) =>
    (await stats()).requests.filter((request) => JSON.stringify(request).includes(text)).length;
  await control('faults', 'PATCH', { hangsInBody: 1, only: 'never ends' });
  const taskId = await stack.submit({
    task_type: 'cosyvoice',
    payload: { text: 'Here is one that is over soon. And this is one that never ends.', voice_id: 'luna' },
  });
  await vi.waitUntil(async () => (await requests('never ends')) === 1, { timeout: 60_000, interval: 50 });
  await stack.worker.kill('SIGTERM');
  await control('clear-faults', 'POST');
  await control('release', 'POST');
  expect((await spoken(taskId)).sentences).toHaveLength(2);
  expect([await requests('over soon'), await requests('never ends')]).toEqual([1, 2]);
  const { attempts } = JSON.parse(
    await readFile(path.join(stack.assetRoot, 'work', taskId, 'manifest.json'), 'utf8'),
  ) as Manifest;
  expect(attempts.map(({ end, cause }) => [end, cause])).toEqual([
    ['released', 'its worker was asked to stop'],
    ['completed', undefined],
  ]);
  await stack.logged(
    'worker.log',
    'The engine did not stop the running task within SHUTDOWN_GRACE_SECONDS (2); the next worker continues the task',
  );
});

test('While CosyVoice is away tasks wait and say so, and go on when it is back', async () => {
  await stack.simulators.cosyvoice?.stop();
  const taskId = await stack.submit({ task_type: 'cosyvoice', payload: { text: 'Are you there?', voice_id: 'luna' } });
  expect(await stack.poll(taskId, (body) => body.phase === 'waiting for CosyVoice')).toMatchObject({
    status: 'pending',
    phase: 'waiting for CosyVoice',
  });
  await stack.simulators.cosyvoice?.start();
  expect((await spoken(taskId)).sentences).toHaveLength(1);
});
