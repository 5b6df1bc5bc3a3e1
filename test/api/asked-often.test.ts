import { expect, test, vi } from 'vitest';
import { HERE, startApi } from '../helpers/api-rig.ts';

test.each(['/queue', '/health'])('Many requests for %s at once cause one request to the source', async (page) => {
  const countWaitingForEngines = vi.fn(() => Promise.resolve({}));
  const checkWorkers = vi.fn(() => Promise.resolve({ engines: {}, gpuWorker: HERE, controlWorker: HERE }));
  const required = { temporal: HERE, redis: HERE, gpu_worker: HERE, control_worker: HERE, assets: HERE };
  const checkHealth = vi.fn(() => Promise.resolve({ required, engines: {}, cards: [] }));
  const api = await startApi({ countWaitingForEngines, checkWorkers, checkHealth });
  const ask = async (): Promise<number> => {
    const response = await fetch(`${api.base}${page}`);
    await response.arrayBuffer();
    return response.status;
  };
  const before = performance.now();
  const answers = await Promise.all(Array.from({ length: 200 }, ask));
  const halfSeconds = Math.ceil((performance.now() - before) / 500);
  await api.close();
  expect(new Set(answers)).toEqual(new Set([200]));
  for (const part of [countWaitingForEngines, checkWorkers, checkHealth])
    expect(part.mock.calls.length).toBeLessThanOrEqual(halfSeconds + 1);
});
