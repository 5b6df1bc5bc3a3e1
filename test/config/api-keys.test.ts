import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuseExposure } from '../../src/api/exposure.ts';
import { loadConfig } from '../../src/config.ts';
import { parseApiKeys } from '../../src/config/api-keys.ts';
import { ConfigError } from '../../src/config/parse-settings.ts';

const sha256 = (key: string): string => createHash('sha256').update(key).digest('hex');
const HEX = sha256('hunter2');
const parse = (value: unknown) =>
  parseApiKeys('API_KEYS', typeof value === 'string' ? value : JSON.stringify(value)).map(({ digest, ...key }) => ({
    ...key,
    digest: digest.toString('hex'),
  }));

describe('API_KEYS', () => {
  test('is a list of names with keys or hashes', () => {
    for (const text of [`n8n:hunter2,shop:sha256:${sha256('x')}`, ` n8n:hunter2 ,\n shop:SHA256:${sha256('x')}\n`])
      expect(parse(text)).toMatchObject([
        { name: 'n8n', digest: HEX, role: 'submit' },
        { name: 'shop', digest: sha256('x'), role: 'submit' },
      ]);
    expect(parse('n8n:a:b')).toMatchObject([{ name: 'n8n', digest: sha256('a:b') }]);
    expect(parse('')).toEqual([]);
  });

  test('is a list of objects with a role and limits', () => {
    const limits = { max_priority: 0, max_queued: 5, max_upload_mb_per_day: 2, own_graphs: false };
    expect(
      parse([
        { name: 'ops', key: 'a', role: 'admin' },
        { name: 'shop', hash: `sha256:${HEX}`, ...limits },
      ]),
    ).toEqual([
      { name: 'ops', digest: sha256('a'), role: 'admin', limits: { ownGraphs: true } },
      {
        name: 'shop',
        digest: HEX,
        role: 'submit',
        limits: { maxPriority: 0, maxQueued: 5, maxUploadBytesPerDay: 2 * 1024 * 1024, ownGraphs: false },
      },
    ]);
  });

  test('makes the only client an admin unless it has a role', () => {
    expect(parse('n8n:a')).toMatchObject([{ role: 'admin' }]);
    // Two keys of one name, so that one can be replaced.
    expect(parse('n8n:a,n8n:b')).toMatchObject([{ role: 'admin' }, { role: 'admin' }]);
    expect(parse('n8n:a,shop:b')).toMatchObject([{ role: 'submit' }, { role: 'submit' }]);
    expect(parse([{ name: 'n8n', key: 'a', role: 'read' }])).toMatchObject([{ role: 'read' }]);
  });

  test.each<[unknown, RegExp]>([
    ['hunter2', /^API_KEYS\[0\]: expected name:key/],
    ['n8n:a,shop :hunter2', /^API_KEYS\[1\]: expected name:key/],
    ['n8n:sha256:hunter2', /^API_KEYS\[0\]: expected sha256:/],
    ['["n8n:hunter2"]', /^API_KEYS\[0\]: expected an object such as/],
    ['{"name": "n8n", "key": "hunter2"}', /^API_KEYS: expected a list of keys/],
    ['[{"name": "n8n", "key": "hunter2]', /^API_KEYS: not valid JSON/],
    ['[]', /^API_KEYS: expected at least one key/],
    [[{ name: 'n8n', key: 'hunter2', rol: 'admin' }], /^API_KEYS\[0\]: there is no field "rol"; the fields are name/],
    [[{ name: 'a', key: 'b' }, { name: 'n8n' }], /^API_KEYS\[1\]: expected either a key or a hash/],
    [[{ name: 'n8n', key: 'hunter2', hash: `sha256:${HEX}` }], /^API_KEYS\[0\]: expected either a key or a hash/],
    [[{ name: 'n 8 n', key: 'hunter2' }], /^API_KEYS\[0\]\.name: expected 1 to 100 letters/],
    [[{ name: 'n8n', key: 'hunter2 hunter2' }], /^API_KEYS\[0\]\.key: expected 1 to 500 characters without spaces/],
    [[{ name: 'n8n', hash: 'hunter2' }], /^API_KEYS\[0\]\.hash: expected sha256:/],
    [[{ name: 'n8n', key: 'hunter2', role: 'root' }], /^API_KEYS\[0\]\.role: expected one of read, submit, admin/],
    [
      [{ name: 'n8n', key: 'hunter2', max_priority: 101 }],
      /^API_KEYS\[0\]\.max_priority: expected a whole number from 0/,
    ],
    [[{ name: 'n8n', key: 'hunter2', max_queued: '5' }], /^API_KEYS\[0\]\.max_queued: expected a whole number from 1/],
    [[{ name: 'n8n', key: 'hunter2', own_graphs: 'no' }], /^API_KEYS\[0\]\.own_graphs: expected true or false/],
    [`n8n:hunter2,shop:sha256:${HEX}`, /^API_KEYS\[1\]: the same key as API_KEYS\[0\]/],
  ])('%j is refused with the place of the error and without the key', (value, message) => {
    expect(() => parse(value)).toThrow(ConfigError);
    expect(() => parse(value)).toThrow(message);
    expect(() => parse(value)).not.toThrow(/hunter2/);
  });

  test('keeps every name and key that it accepted before there were roles', () => {
    const names = fc.stringMatching(/^[\p{L}\p{N}_.@/+-]{1,20}$/u);
    const keys = fc.stringMatching(/^[^\s,]{1,40}$/u).filter((key) => !/^sha256:/i.test(key));
    fc.assert(
      fc.property(names, keys, (name, key) => {
        expect(parse(`${name}:${key}`)).toMatchObject([{ name, digest: sha256(key) }]);
      }),
    );
  });
});

describe('API_KEYS_FILE', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'keys-'))));
  afterAll(() => rm(folder, { recursive: true }));
  const load = async (text: string, more: NodeJS.ProcessEnv = {}) => {
    const file = path.join(folder, 'keys');
    await writeFile(file, text);
    return loadConfig({ API_KEYS_FILE: file, ...more }).apiKeys;
  };

  test('has the text of API_KEYS', async () => {
    expect(await load('n8n:a\nshop:b\n')).toMatchObject([{ name: 'n8n' }, { name: 'shop' }]);
    expect(await load('[{"name": "n8n", "key": "a", "role": "read"}]\n')).toMatchObject([{ role: 'read' }]);
  });

  test('does not open the API by mistake', async () => {
    await expect(load(' \n')).rejects.toThrow('API_KEYS_FILE: expected at least one key');
    await expect(load('n8n:a', { API_KEYS: 'shop:b' })).rejects.toThrow('either API_KEYS or API_KEYS_FILE');
    const missing = path.join(folder, 'missing');
    const config = loadConfig({ API_KEYS_FILE: missing });
    // A worker has no use for it.
    expect(config.http.host).toBe('0.0.0.0');
    expect(() => refuseExposure(config)).toThrow(`API_KEYS_FILE: cannot read ${missing} (ENOENT)`);
  });
});
