import { afterEach, expect, test } from 'vitest';
import { HERE, startApi, type ApiRig } from '../helpers/api-rig.ts';

const AWAY = { ok: false, detail: 'away' };
const ALL = { temporal: HERE, redis: HERE, gpu_worker: HERE, control_worker: HERE, assets: HERE };
let api: ApiRig | undefined;
afterEach(() => api?.close());

/** What the three pages answer to a client without a key, while a part is away. */
async function ask(away: keyof typeof ALL | null): Promise<unknown[]> {
  const required = away === null ? ALL : { ...ALL, [away]: AWAY };
  const checkHealth = () => Promise.resolve({ required, engines: {}, cards: [] });
  api = await startApi({ checkHealth }, [{ name: 'studio', key: 'secret' }]);
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
