import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { RouteDeps } from '../../src/api/routes.ts';
import { createTemplateStore } from '../../src/templates/template-store.ts';
import { startApi } from './api-rig.ts';
import { encodePng } from './png.ts';
import { CERTIFICATE, startSource } from './source-server.ts';
import { TEMPLATES_FOLDER } from './template-rig.ts';
import { encodeWav } from './wav.ts';

export const png = encodePng(2, 2, new Uint8Array(12).fill(9));
const tone = Float32Array.from({ length: 5 * 24_000 }, (_, at) => Math.sin(at / 20) / 2);
const wav = encodeWav([tone], 24_000);
export const srt = '1\n00:00:00,000 --> 00:00:01,000\nhttps://example.com/fox.png\n';
const named = (bytes: Buffer | string, extension: string): string =>
  `fetched/${createHash('sha256').update(bytes).digest('hex')}.${extension}`;
export const [PNG, WAV, SRT] = [named(png, 'png'), named(wav, 'wav'), named(srt, 'srt')];
export const PNG_URI = `data:image/png;base64,${png.toString('base64')}`;

/** An API that fetches, a server with files, and what was accepted. */
export async function sourceRig(deps: Partial<RouteDeps> = {}) {
  const source = await startSource(({ url = '' }, response) => {
    if (url.includes('.png')) response.end(png);
    else if (url.includes('.wav')) response.end(wav);
    else if (url.includes('.srt')) response.end(srt);
    else response.writeHead(404).end();
  });
  const accepted: unknown[] = [];
  const api = await startApi(
    {
      templates: createTemplateStore({ folder: TEMPLATES_FOLDER }),
      startTask: (_taskId, task) => {
        accepted.push('steps' in task ? task : task.input);
        return Promise.resolve('started' as const);
      },
      ...deps,
    },
    [],
    { fetching: { allowPrivate: true, agent: { ca: CERTIFICATE } } },
  );
  onTestFinished(() => api.close());
  const post = async (to: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${api.base}${to}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const submit = (type: string, payload: object) => post('/submit_task', { task_type: type, payload });
  return { ...api, ...source, api: api.base, accepted, post, submit };
}
