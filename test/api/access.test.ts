import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maySee, requireAccess, type Caller } from '../../src/api/caller.ts';
import { startApi, type ApiRig } from '../helpers/api-rig.ts';

const caller = (role: Caller['role'], name = 'n8n'): Caller => ({ name, role, limits: { ownGraphs: true } });

test.each([
  ['none', 'n8n', false],
  ['read', 'n8n', true],
  ['submit', 'n8n', true],
  ['submit', 'N8N', false],
  ['submit', null, false],
  ['admin', 'shop', true],
  ['admin', null, true],
] as const)('The role %s of n8n and a task of %s: seen is %s', (role, client, isSeen) => {
  expect(maySee(caller(role), client)).toBe(isSeen);
});

describe('A role', () => {
  const ACCESS = ['anybody', 'read', 'submit', 'admin'] as const;
  test.each([
    ['none', 1],
    ['read', 2],
    ['submit', 3],
    ['admin', 4],
  ] as const)('%s is enough for the first %i kinds of routes', (role, count) => {
    const admitted = ACCESS.filter((access) => {
      try {
        requireAccess(caller(role), access);
        return true;
      } catch (error) {
        expect(error).toMatchObject({ code: role === 'none' ? 'unauthorized' : 'forbidden' });
        return false;
      }
    });
    expect(admitted).toEqual(ACCESS.slice(0, count));
  });
});

describe('With keys of all roles', () => {
  let api: ApiRig;
  beforeAll(async () => {
    const keys = ['read', 'submit', 'admin'].map((role) => ({ name: `the-${role}`, key: `key-${role}`, role }));
    api = await startApi({}, keys);
  });
  afterAll(() => api.close());
  const ask = (method: string, place: string, key: string) =>
    fetch(api.base + place, { method, headers: { 'X-API-Key': key } });

  test('the API tells who may not from who is unknown, and names the role that is missing', async () => {
    const refused = await ask('POST', '/submit_task', 'key-read');
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining('it needs the role submit, and the key "the-read" has the role read') as string,
    });
    expect((await ask('POST', '/submit_task', 'key-wrong')).status).toBe(401);
    expect((await ask('POST', '/queue/resume', 'key-submit')).status).toBe(403);
    expect((await ask('POST', '/queue/resume', 'key-admin')).status).toBe(200);
    expect((await ask('GET', '/queue', 'key-read')).status).toBe(200);
    expect((await ask('DELETE', '/assets/a.txt', 'key-read')).status).toBe(403);
  });

  test('a wrong key, as no key, may do what anybody may', async () => {
    expect((await ask('GET', '/livez', 'key-wrong')).status).toBe(200);
    expect((await ask('GET', '/nothing', 'key-wrong')).status).toBe(401);
    expect((await ask('GET', '/nothing', 'key-read')).status).toBe(404);
  });
});
