import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCheckPool } from '../../src/checking/check-pool.ts';
import { makeAssetFolder } from '../helpers/asset-folder.ts';

/** Stands in for the compiled script: what it is asked says what it does. */
const THREAD = `
import { readFileSync, readlinkSync } from 'node:fs';
// As startClock does it, which is not compiled here.
const startClock = (clock) => {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    clock[1] = Number(readFileSync('/proc/self/task/' + thread + '/schedstat', 'utf8').split(' ', 1)[0]) / 1e6;
    clock[0] = thread;
  } catch {
    clock[0] = -1;
  }
};
export default ({ body, placed, clock }) => {
  const json = new TextDecoder().decode(body);
  if (json === 'wait') return new Promise(() => {});
  startClock(clock);
  if (json === 'spin') for (;;);
  if (json === 'grow') { const kept = []; for (;;) kept.push(Array.from({ length: 1000 }, Math.random)); }
  if (json === 'fetch' && placed === undefined)
    return { body, sources: [{ path: ['payload', 'src'], accepts: ['image'], source: { bytes: Buffer.from('x'), extension: undefined } }] };
  if (json === 'refuse')
    return { identity: null, refused: { code: 'invalid_request', message: 'The request is not valid: a: b', fields: [{ path: 'a', message: 'b' }], extra: {} } };
  return { identity: { taskId: 'id' }, checked: { json, placed } };
};`;

const WHO = { newId: 'id' };
const fine = { identity: { taskId: 'id' }, checked: { json: 'fine' } };

let folder: Awaited<ReturnType<typeof makeAssetFolder>>;
let script = '';
const pools: ReturnType<typeof createCheckPool>[] = [];
beforeAll(async () => {
  folder = await makeAssetFolder();
  script = path.join(folder.root, 'thread.mjs');
  await writeFile(script, THREAD);
});
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});
afterAll(() => folder.remove());

/** @param limits the elapsed time is long by default, because the threads get little of a busy machine */
function start(limits: { deadlineMs?: number; mostMs?: number; mostWaiting?: number } = {}) {
  const pool = createCheckPool({ onError: () => undefined, script, mostMs: 100_000, heapMb: 64, ...limits });
  pools.push(pool);
  return pool.checks;
}

describe('A pool of threads that check requests', () => {
  it('gives what a thread found', async () => {
    await expect(start().task(Buffer.from('fine'), WHO)).resolves.toEqual(fine);
  });

  it('throws what a thread refused, as it was', async () => {
    await expect(start().pipeline(Buffer.from('refuse'), WHO)).rejects.toMatchObject({
      name: 'AppError',
      code: 'invalid_request',
      message: 'The request is not valid: a: b',
      fields: [{ path: 'a', message: 'b' }],
    });
  });

  it('gives back a body with the sources in it, and passes on the files that stand in their places', async () => {
    const checks = start();
    const found = await checks.task(Buffer.from('fetch'), WHO);
    if (!('sources' in found)) throw new Error('no sources');
    expect(Buffer.from(found.body).toString()).toBe('fetch');
    expect(found.sources).toMatchObject([{ path: ['payload', 'src'], source: { bytes: new Uint8Array([120]) } }]);
    const placed = [{ path: ['payload', 'src'], file: 'fetched/x.png' }];
    const checked = { json: 'fetch', placed };
    await expect(checks.task(found.body, WHO, placed)).resolves.toEqual({ identity: { taskId: 'id' }, checked });
  });

  it('says that it is busy when a check never had the processor, and answers the next request', async () => {
    const checks = start({ mostMs: 100 });
    await expect(checks.task(Buffer.from('wait'), WHO)).rejects.toMatchObject({ code: 'busy' });
    await expect(start().task(Buffer.from('fine'), WHO)).resolves.toEqual(fine);
  });

  it('ends a request that never ends, and answers the next one', async () => {
    const checks = start({ deadlineMs: 300 });
    await checks.task(Buffer.from('warm'), WHO).catch(() => undefined);
    let turns = 0;
    const clock = setInterval(() => (turns += 1), 5);
    await expect(checks.task(Buffer.from('spin'), WHO)).rejects.toMatchObject({ code: 'too_complex' });
    clearInterval(clock);
    // It waits for the thread; meanwhile others have their turn.
    expect(turns).toBeGreaterThan(2);
    await expect(checks.task(Buffer.from('fine'), WHO)).resolves.toEqual(fine);
  });

  it('outlives a request that takes all memory of its thread', async () => {
    const checks = start({ deadlineMs: 60_000 });
    await expect(checks.task(Buffer.from('grow'), WHO)).rejects.toMatchObject({ code: 'too_complex' });
    await expect(checks.task(Buffer.from('fine'), WHO)).resolves.toEqual(fine);
  });

  it('takes no more than can wait', async () => {
    const checks = start({ deadlineMs: 200, mostWaiting: 2 });
    const ask = () => checks.task(Buffer.from('spin'), WHO).catch(({ code }: { code: string }) => code);
    const codes = await Promise.all(Array.from({ length: 10 }, ask));
    expect(codes.filter((code) => code === 'too_complex')).toHaveLength(4);
    expect(codes.filter((code) => code === 'busy')).toHaveLength(6);
  });

  it('lets clients take turns, so that none waits for all that another sends', async () => {
    const checks = start({ deadlineMs: 200 });
    const done: string[] = [];
    const ask = (key: string, body: string) =>
      checks.task(Buffer.from(body), { ...WHO, key }).then(
        () => void done.push(key),
        () => void done.push(key),
      );
    await Promise.all([...Array.from({ length: 8 }, () => ask('shop', 'spin')), ask('n8n', 'fine')]);
    expect(done.indexOf('n8n')).toBeLessThan(4);
  });
});
