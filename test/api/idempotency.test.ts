import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { RouteDeps } from '../../src/api/routes.ts';
import { fingerprintOf, identify, type Submission } from '../../src/api/idempotency.ts';
import { AppError } from '../../src/errors.ts';
import { startApi, TASK_ID, type ApiRig } from '../helpers/api-rig.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const KEY = fc.stringMatching(/^[A-Za-z0-9_.:-]{1,40}$/);
const ask = (more: Partial<Submission> = {}): Submission => ({ newId: TASK_ID, address: '192.0.2.1', ...more });

/** The same value with the fields of all objects in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, inside]) => [name, shuffled(inside)]),
  );
}
const body = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 6 });

describe('The identity of a request', () => {
  test('is a new id without a key', () => {
    expect(identify('task', { client: 'a' }, ask())).toEqual({ taskId: TASK_ID });
  });

  test('depends on the key and its owner, and looks like any other id', () => {
    fc.assert(
      fc.property(KEY, KEY, (one, other) => {
        const idOf = (key: string, more: Partial<Submission> = {}, field = {}) =>
          identify('task', field, ask({ idempotencyKey: key, ...more })).taskId;
        expect(idOf(one)).toMatch(UUID);
        expect(idOf(one)).toBe(idOf(one, { newId: 'another' }));
        expect(idOf(one) === idOf(other)).toBe(one === other);
        // The header may be quoted, and the key may be a field.
        expect(idOf(`"${one}"`)).toBe(idOf(one));
        expect(identify('task', { idempotency_key: one }, ask()).taskId).toBe(idOf(one));
        // Owners never meet, whatever they are called.
        const owners = [
          idOf(one, { key: 'n8n' }),
          idOf(one, {}, { client: 'n8n' }),
          idOf(one, { address: 'n8n' }),
          idOf(one, { key: 'other' }),
        ];
        expect(new Set(owners).size).toBe(owners.length);
        // With an API key, the address and the name of the client do not matter.
        expect(idOf(one, { key: 'n8n', address: '192.0.2.9' }, { client: 'x' })).toBe(owners[0]);
      }),
    );
  });

  test('is the same for all addresses of this machine', () => {
    const ids = ['::1', '127.0.0.1', '127.1.2.3', '::ffff:127.0.0.1'].map(
      (address) => identify('task', {}, ask({ address, idempotencyKey: 'k' })).taskId,
    );
    expect(new Set(ids).size).toBe(1);
  });

  test('has a fingerprint that no order of fields, white space or absent field changes', () => {
    fc.assert(
      fc.property(body, (sent) => {
        const fingerprint = fingerprintOf('task', sent);
        expect(fingerprintOf('task', shuffled(sent) as object)).toBe(fingerprint);
        expect(fingerprintOf('task', JSON.parse(JSON.stringify(sent, null, 3)) as object)).toBe(fingerprint);
        expect(fingerprintOf('task', { ...sent, idempotency_key: 'k' })).toBe(
          fingerprintOf('task', { ...sent, idempotency_key: 'other' }),
        );
        expect(fingerprintOf('task', { absent: null, empty: ' ', ...sent })).toBe(
          fingerprintOf('task', { absent: '', empty: null, ...sent }),
        );
        expect(fingerprintOf('pipeline', sent)).not.toBe(fingerprint);
      }),
    );
  });

  test('has another fingerprint when anything else differs', () => {
    fc.assert(
      fc.property(body, body, (one, other) => {
        const sent = (value: object) => JSON.parse(JSON.stringify(value)) as object;
        const hashOf = (value: object) => fingerprintOf('task', { payload: { value } });
        expect(hashOf(one) === hashOf(other)).toBe(isDeepStrictEqual(sent(one), sent(other)));
        expect(hashOf({ a: one })).not.toBe(hashOf({ b: one }));
      }),
    );
  });

  test.each([
    ['', {}, 'Idempotency-Key'],
    ['""', {}, 'Idempotency-Key'],
    ['a'.repeat(256), {}, 'Idempotency-Key'],
    [undefined, { idempotency_key: ['a'] }, 'idempotency_key'],
    [undefined, { idempotency_key: '[object Object]' }, 'idempotency_key'],
    ['a', { idempotency_key: 'b' }, 'idempotency_key'],
  ])('is refused for the header %j with the fields %j', (idempotencyKey, sent, path) => {
    const attempt = () => identify('task', sent, ask({ idempotencyKey }));
    expect(attempt).toThrow(AppError);
    try {
      attempt();
    } catch (error) {
      expect((error as AppError).fields.map((field) => field.path)).toEqual([path]);
    }
  });
});

describe('A submission with a key', () => {
  let api: ApiRig | undefined;
  afterEach(() => api?.close());

  const film = (more: object = {}) => ({
    task_type: 'remotion_render',
    payload: { timeline: { durationInFrames: 3 } },
    idempotency_key: 'order 7',
    ...more,
  });
  /** An API in front of a Temporal that keeps what was started. */
  async function start(deps: Partial<RouteDeps> = {}) {
    const kept = new Map<string, string | undefined>();
    const startTask = vi.fn<RouteDeps['startTask']>((taskId, task) => {
      if (kept.has(taskId)) return Promise.resolve('existed');
      kept.set(taskId, task.labels?.fingerprint);
      return Promise.resolve('started');
    });
    const findAccepted = (taskId: string) =>
      Promise.resolve(kept.has(taskId) ? { fingerprint: kept.get(taskId) } : null);
    api = await startApi({ startTask, findAccepted, ...deps });
    const { submit } = api;
    const send = async (sent: object) => {
      const response = await submit(sent);
      return {
        status: response.status,
        replayed: response.headers.get('idempotency-replayed'),
        body: (await response.json()) as { task_id: string; code?: string },
      };
    };
    return { send, kept, startTask };
  }

  test('is accepted once, and every repetition gets its task', async () => {
    const { send, kept } = await start();
    const first = await send(film());
    const again = await send({ client: null, ...film() });
    expect(first).toMatchObject({ status: 200, replayed: null });
    expect(again).toEqual({ ...first, replayed: 'true' });
    expect(kept.size).toBe(1);
  });

  test('is refused with another body under the same key, with the task that has the key', async () => {
    const { send } = await start();
    const { body: accepted } = await send(film());
    expect(await send(film({ priority: 9 }))).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused', task_id: accepted.task_id },
    });
  });

  test('gets its task although it would be refused by now, and is refused if it is new', async () => {
    let refusing = false;
    const { send } = await start({
      admit: () => (refusing ? Promise.reject(new AppError('queue_full')) : Promise.resolve()),
    });
    const first = await send(film());
    refusing = true;
    expect(await send(film())).toEqual({ ...first, replayed: 'true' });
    expect(await send(film({ idempotency_key: 'order 8' }))).toMatchObject({ status: 429 });
  });

  test('gets its task although its files are gone, and a bad request stays bad', async () => {
    const { send, kept } = await start();
    const bad = film({ payload: {} });
    expect(await send(bad)).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    const { taskId, fingerprint } = identify('task', bad, { newId: TASK_ID, address: '127.0.0.1' });
    kept.set(taskId, fingerprint);
    expect(await send(bad)).toMatchObject({ status: 200, replayed: 'true', body: { task_id: taskId } });
  });

  test('runs again when its task was deleted between two queries', async () => {
    const { send, startTask } = await start();
    startTask.mockResolvedValueOnce('existed');
    expect(await send(film())).toMatchObject({ status: 200, replayed: null });
    expect(startTask).toHaveBeenCalledTimes(2);
  });

  test('says that Temporal is away instead of guessing', async () => {
    const { send } = await start({
      startTask: () => Promise.reject(new AppError('temporal_unavailable')),
      findAccepted: () => Promise.reject(new AppError('temporal_unavailable')),
    });
    expect(await send(film())).toMatchObject({ status: 503, body: { code: 'temporal_unavailable' } });
  });
});
