import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { RouteDeps } from '../../src/api/routes.ts';
import { HERE, startApi, type ApiRig } from '../helpers/api-rig.ts';

const AWAY = { ok: false, detail: 'its secret cause' };
const ALL = { temporal: HERE, redis: HERE, gpu_worker: HERE, control_worker: HERE, assets: HERE };
let api: ApiRig | undefined;
afterEach(() => api?.close());

const KEYS = [{ name: 'studio', key: 'secret' }];
const withParts = (away: keyof typeof ALL | null): Partial<RouteDeps> => ({
  checkHealth: () =>
    Promise.resolve({
      required: away === null ? ALL : { ...ALL, [away]: AWAY },
      engines: { comfyui: HERE },
      cards: [],
    }),
});

/** What the three pages answer to a client without a key, while a part is away. */
async function ask(away: keyof typeof ALL | null): Promise<unknown[]> {
  api = await startApi(withParts(away), KEYS);
  return Promise.all(
    ['/livez', '/readyz', '/health'].map(async (page) => {
      const response = await fetch(`${api?.base}${page}`);
      const { status, code } = (await response.json()) as { status: unknown; code?: string };
      return [response.status, code ?? status];
    }),
  );
}

test.each([
  [null, [200, 'ok'], [200, 'ok']],
  ['redis', [200, 'ok'], [200, 'degraded']],
  ['gpu_worker', [200, 'ok'], [200, 'degraded']],
  ['temporal', [503, 'temporal_unavailable'], [200, 'degraded']],
  ['assets', [503, 'asset_folder_unavailable'], [200, 'degraded']],
] as const)('With %s away, the API lives, and says whether it can accept tasks', async (away, ready, health) => {
  expect(await ask(away)).toEqual([[200, 'ok'], ready, health]);
});

describe('GET /health', () => {
  const show = async (headers: Record<string, string>): Promise<unknown> =>
    (await fetch(`${api?.base}/health`, { headers })).json();
  const everything = { ...ALL, redis: AWAY, status: 'degraded', engines: { comfyui: HERE }, cards: [] };

  test('without a valid key says whether all is well, and nothing else', async () => {
    api = await startApi(withParts('redis'), KEYS);
    for (const headers of [{}, { 'X-API-Key': 'wrong' }, { Authorization: 'Bearer secre' }])
      expect(await show(headers)).toEqual({ status: 'degraded' });
    expect(await show({ 'X-API-Key': 'secret' })).toEqual(everything);
  });

  test('shows only an admin where the parts are, and what names their addresses', async () => {
    const at = (ok: boolean, more = {}) => ({ ok, detail: '10.0.0.9:1234', ...more });
    const parts = {
      required: { ...ALL, temporal: at(true, { paused: null, ui: 'http://10.0.0.9:1235' }), redis: at(false) },
      engines: { comfyui: at(true), cosyvoice: at(false, { code: 'cosyvoice_denied' }), other: at(false) },
      cards: [],
    };
    const checkWorkers = () => Promise.resolve({ engines: parts.engines, gpuWorker: HERE, controlWorker: HERE });
    api = await startApi({ checkHealth: () => Promise.resolve(parts), checkWorkers }, [
      ...KEYS.map((one) => ({ ...one, role: 'admin' })),
      { name: 'guest', key: 'guest', role: 'submit' },
    ]);
    expect(await show({ 'X-API-Key': 'secret' })).toEqual({
      status: 'degraded',
      ...parts.required,
      engines: parts.engines,
      cards: [],
    });
    const shown = await show({ 'X-API-Key': 'guest' });
    expect(shown).toMatchObject({
      status: 'degraded',
      temporal: { ok: true, detail: 'answers', paused: null, ui: null },
      redis: { ok: false },
      engines: {
        comfyui: { ok: true, detail: 'answers' },
        cosyvoice: { ok: false, code: 'cosyvoice_denied', detail: expect.stringMatching(/credentials/) as string },
        other: { ok: false, detail: 'no answer in time' },
      },
    });
    const queue = await (await fetch(`${api.base}/queue`, { headers: { 'X-API-Key': 'guest' } })).text();
    expect(queue).toContain('cosyvoice_denied');
    expect(JSON.stringify(shown) + queue).not.toContain('10.0.0.9');
  });

  test('says everything where no keys are set', async () => {
    api = await startApi(withParts('redis'));
    expect(await show({})).toEqual(everything);
  });
});

describe('GET /readyz?part=', () => {
  test.each([
    ['gpu_worker', 'gpu_worker', 503, 'part_unavailable'],
    ['GPU_worker', null, 200, undefined],
    ['gpu_worker', 'redis', 200, undefined],
    ['gpu_worker', 'assets', 200, undefined],
    ['redis', 'redis', 503, 'part_unavailable'],
    ['temporal', 'temporal', 503, 'temporal_unavailable'],
    ['assets', 'assets', 503, 'asset_folder_unavailable'],
    ['gpu', null, 422, 'invalid_request'],
    ['', null, 200, undefined],
  ] as const)('%s, while %s is away, answers %i', async (part, away, status, code) => {
    api = await startApi(withParts(away), KEYS);
    const answer = await fetch(`${api.base}/readyz?part=${part}`);
    expect(answer.status).toBe(status);
    const body = (await answer.json()) as { code?: string };
    expect(body.code).toBe(code);
    expect(JSON.stringify(body)).not.toContain(AWAY.detail);
  });
});

test.each([
  ['api', 'http://127.0.0.1:8000', null, 0],
  ['api', 'http://127.0.0.1:8000', 'temporal', 0],
  ['worker', 'http://api:8000', null, 0],
  ['worker', 'http://api:8000', 'gpu_worker', 1],
] as const)(
  'The check of %s in docker-compose.yml needs no key (%s, %s is away)',
  async (name, address, away, code) => {
    api = await startApi(withParts(away), KEYS);
    const file = parse(await readFile(new URL('../../docker-compose.yml', import.meta.url), 'utf8'), {
      merge: true,
    }) as {
      services: Record<string, { healthcheck: { test: string[] } }>;
    };
    const [, , flag = '', script = ''] = file.services[name]?.healthcheck.test ?? [];
    expect(script).toContain(address);
    const { exitCode } = await execa(process.execPath, [flag, script.replace(address, api.base)], { reject: false });
    expect(exitCode).toBe(code);
  },
);
